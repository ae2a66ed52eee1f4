#include "store/text_column.h"

#include <bit>

#include <zstd.h>

#include "store/byte_io.h"
#include "store/int_column.h"
#include "store/stable_hash.h"

namespace weir {
namespace {

// The first byte of a dictionary. Stored: never renumbered.
constexpr char kPlain = 0;
constexpr char kZstd = 1;

constexpr int kZstdLevel = 1;
/// Below this a frame's own overhead eats the gain.
constexpr std::size_t kCompressMin = 256;

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::kCorrupt, "a column of texts is damaged");
}

}  // namespace

void TextColumnEncoder::FreeContext::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}
void TextColumnDecoder::FreeContext::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

TextColumnEncoder::TextColumnEncoder() : context_(ZSTD_createCCtx()) {}
TextColumnEncoder::~TextColumnEncoder() = default;
TextColumnDecoder::TextColumnDecoder() : context_(ZSTD_createDCtx()) {}
TextColumnDecoder::~TextColumnDecoder() = default;

void TextColumnEncoder::encode(std::span<const std::string_view> texts, std::string& dictionary,
                               std::string& index) {
  distinct_.clear();
  hashes_.clear();
  rows_.clear();
  slots_.assign(std::bit_ceil(texts.size() * 2 + 1), 0);
  const std::size_t mask = slots_.size() - 1;
  std::size_t bytes = 0;
  std::string_view last;
  std::uint64_t last_row = 0;
  for (const std::string_view text : texts) {
    if (!rows_.empty() && text == last) {  // runs are common: one path, one window
      rows_.push_back(last_row);
      continue;
    }
    const std::uint64_t hash = stable_hash(text);
    std::size_t slot = hash & mask;
    while (slots_[slot] != 0 && (hashes_[slots_[slot] - 1] != hash || distinct_[slots_[slot] - 1] != text)) {
      slot = (slot + 1) & mask;
    }
    if (slots_[slot] == 0) {
      distinct_.push_back(text);
      hashes_.push_back(hash);
      slots_[slot] = static_cast<std::uint32_t>(distinct_.size());
      bytes += text.size();
    }
    last = text;
    last_row = slots_[slot] - 1;
    rows_.push_back(last_row);
  }
  if (bytes == 0) return;
  write_dictionary(dictionary);
  encode_ints(rows_, IntOrder::kAny, index);
}

void TextColumnEncoder::write_dictionary(std::string& out) {
  plain_.clear();
  put_varint(plain_, distinct_.size());
  for (const std::string_view text : distinct_) put_varint(plain_, text.size());
  for (const std::string_view text : distinct_) plain_.append(text);
  if (plain_.size() >= kCompressMin && context_) {
    const std::size_t start = out.size();
    out.push_back(kZstd);
    put_varint(out, plain_.size());
    const std::size_t head = out.size();
    out.resize(head + ZSTD_compressBound(plain_.size()));
    const std::size_t size = ZSTD_compressCCtx(context_.get(), out.data() + head, out.size() - head,
                                               plain_.data(), plain_.size(), kZstdLevel);
    if (!ZSTD_isError(size) && size < plain_.size() - plain_.size() / 8) {
      out.resize(head + size);
      return;
    }
    out.resize(start);
  }
  out.push_back(kPlain);
  out.append(plain_);
}

Result<std::span<const std::string_view>> TextColumnDecoder::decode(std::string_view dictionary) {
  distinct_.clear();
  if (dictionary.empty()) {
    distinct_.emplace_back();
    return std::span<const std::string_view>(distinct_);
  }
  const char kind = dictionary[0];
  dictionary.remove_prefix(1);
  if (kind == kZstd) {
    std::uint64_t size = 0;
    if (!take_varint(dictionary, size) || size > kTextBytesMax) return damaged();
    if (ZSTD_getFrameContentSize(dictionary.data(), dictionary.size()) != size || !context_) return damaged();
    plain_.resize(static_cast<std::size_t>(size));
    const std::size_t got = ZSTD_decompressDCtx(context_.get(), plain_.data(), plain_.size(),
                                                dictionary.data(), dictionary.size());
    if (ZSTD_isError(got) || got != size) return damaged();
    dictionary = plain_;
  } else if (kind != kPlain) {
    return damaged();
  }
  std::uint64_t count = 0;
  if (!take_varint(dictionary, count) || count == 0 || count > dictionary.size()) return damaged();
  distinct_.resize(static_cast<std::size_t>(count));
  std::string_view lengths = dictionary;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t length = 0;
    if (!take_varint(lengths, length)) return damaged();
  }
  std::string_view bytes = lengths;
  lengths = dictionary;
  for (std::string_view& text : distinct_) {
    std::uint64_t length = 0;
    if (!take_varint(lengths, length) || !take_bytes(bytes, length, text)) return damaged();
  }
  if (!bytes.empty()) return damaged();
  return std::span<const std::string_view>(distinct_);
}

}  // namespace weir
