#include "store/int_column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "store/byte_io.h"

namespace weir {
namespace {

// The first byte of a column. Stored: never renumbered.
constexpr char kConstant = 0;
constexpr char kPacked = 1;
constexpr char kDelta = 2;

/// Values that share a smallest value and a width.
constexpr std::size_t kGroup = 128;
/// Widest value one unaligned 64-bit load always covers.
constexpr unsigned kNarrowMax = 57;

std::size_t packed_size(std::size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

void pack_group(std::span<const std::uint64_t> values, std::string& out) {
  std::uint64_t low = values[0];
  std::uint64_t high = values[0];
  for (const std::uint64_t value : values) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const auto width = static_cast<unsigned>(std::bit_width(high - low));
  put_varint(out, low);
  out.push_back(static_cast<char>(width));
  if (width == 0) return;
  char bytes[kGroup * 8 + 8];
  char* to = bytes;
  std::uint64_t word = 0;
  unsigned filled = 0;
  for (const std::uint64_t value : values) {
    const std::uint64_t offset = value - low;
    word |= offset << filled;
    if (filled + width >= 64) {
      store_word(to, word);
      to += 8;
      word = filled == 0 ? 0 : offset >> (64 - filled);
      filled = filled + width - 64;
    } else {
      filled += width;
    }
  }
  store_word(to, word);
  out.append(bytes, packed_size(values.size(), width));
}

/// The eight bytes at `offset`, zeros beyond the end: a value's bits may end before the word around them
/// does.
std::uint64_t word_at(std::string_view data, std::size_t offset) {
  if (offset + 8 <= data.size()) return load_word<std::uint64_t>(data.data() + offset);
  char bytes[8] = {};
  if (offset < data.size()) std::memcpy(bytes, data.data() + offset, data.size() - offset);
  return load_word<std::uint64_t>(bytes);
}

std::uint64_t bits_at(std::string_view data, std::size_t offset, std::size_t bit, unsigned width) {
  const std::uint64_t mask = width == 64 ? ~0ULL : (1ULL << width) - 1;
  const auto shift = static_cast<unsigned>(bit % 8);
  std::uint64_t word = word_at(data, offset + bit / 8) >> shift;
  if (width > kNarrowMax && shift != 0) word |= word_at(data, offset + bit / 8 + 8) << (64 - shift);
  return word & mask;
}

/// Narrow values from number `first` on; their words may reach beyond the last one's.
void unpack_from(const char* bytes, std::size_t first, unsigned width, std::uint64_t low,
                 std::span<std::uint64_t> values) {
  const std::uint64_t mask = (1ULL << width) - 1;
  std::size_t bit = first * width;
  for (std::uint64_t& value : values.subspan(first)) {
    value = low + (load_word<std::uint64_t>(bytes + bit / 8) >> (bit % 8) & mask);
    bit += width;
  }
}

/// The same of a width known beforehand: eight values begin at a whole byte, so where each lies is known,
/// too.
template <unsigned kWidth>
void unpack_width(const char* bytes, std::uint64_t low, std::span<std::uint64_t> values) {
  constexpr std::uint64_t kMask = (1ULL << kWidth) - 1;
  std::size_t i = 0;
  for (const char* eight = bytes; i + 8 <= values.size(); i += 8, eight += kWidth) {
    const auto value = [eight, low](std::size_t place) {
      const std::size_t bit = place * kWidth;
      return low + (load_word<std::uint64_t>(eight + bit / 8) >> (bit % 8) & kMask);
    };
    std::uint64_t* const out = &values[i];
    out[0] = value(0), out[1] = value(1), out[2] = value(2), out[3] = value(3);
    out[4] = value(4), out[5] = value(5), out[6] = value(6), out[7] = value(7);
  }
  unpack_from(bytes, i, kWidth, low, values);
}

using Unpack = void (*)(const char* bytes, std::uint64_t low, std::span<std::uint64_t> values);
template <unsigned... kWidths>
constexpr auto make_unpackers(std::integer_sequence<unsigned, kWidths...>) {
  return std::array<Unpack, sizeof...(kWidths)>{&unpack_width<kWidths>...};
}
/// Index: width. Wider ones are rare.
constexpr auto kUnpackers = make_unpackers(std::make_integer_sequence<unsigned, 25>());

void pack(std::span<const std::uint64_t> values, std::string& out) {
  for (std::size_t at = 0; at < values.size(); at += kGroup) {
    pack_group(values.subspan(at, std::min(kGroup, values.size() - at)), out);
  }
}

std::uint64_t zigzag(std::uint64_t difference) {
  return (difference << 1) ^ static_cast<std::uint64_t>(static_cast<std::int64_t>(difference) >> 63);
}

std::uint64_t unzigzag(std::uint64_t coded) {
  return (coded >> 1) ^ (0 - (coded & 1));
}

}  // namespace

void encode_ints(std::span<const std::uint64_t> values, IntOrder order, std::string& out) {
  if (values.empty()) return;
  const std::uint64_t first = values[0];
  if (std::all_of(values.begin(), values.end(), [first](std::uint64_t value) { return value == first; })) {
    if (first == 0) return;
    out.push_back(kConstant);
    put_varint(out, first);
    return;
  }
  if (order == IntOrder::kAny) {
    out.push_back(kPacked);
    pack(values, out);
    return;
  }
  out.push_back(kDelta);
  put_varint(out, first);
  std::uint64_t differences[kGroup];
  for (std::size_t at = 1; at < values.size(); at += kGroup) {
    const std::size_t size = std::min(kGroup, values.size() - at);
    for (std::size_t i = 0; i < size; ++i) differences[i] = zigzag(values[at + i] - values[at + i - 1]);
    pack_group({differences, size}, out);
  }
}

bool IntColumnReader::parse_groups(std::string_view data, std::size_t count) {
  data_ = data;
  for (std::size_t at = 0; at < count; at += kGroup) {
    Group group;
    if (!take_varint(data, group.low) || data.empty()) return false;
    group.width = static_cast<std::uint8_t>(data[0]);
    data.remove_prefix(1);
    group.offset = static_cast<std::uint32_t>(data_.size() - data.size());
    std::string_view bits;
    if (group.width > 64) return false;
    if (!take_bytes(data, packed_size(std::min(kGroup, count - at), group.width), bits)) return false;
    groups_.push_back(group);
  }
  return data.empty();
}

bool IntColumnReader::parse(std::string_view data, std::size_t count) {
  if (data.size() > std::numeric_limits<std::uint32_t>::max()) return false;
  const char kind = data[0];
  data.remove_prefix(1);
  switch (kind) {
    case kConstant:
      return take_varint(data, first_) && data.empty();
    case kPacked:
      return parse_groups(data, count);
    case kDelta: {
      if (count == 0 || !take_varint(data, first_) || !parse_groups(data, count - 1)) return false;
      decoded_.resize(count);
      unpack(decoded_, 1);
      decoded_[0] = first_;
      for (std::size_t i = 1; i < count; ++i) decoded_[i] = decoded_[i - 1] + unzigzag(decoded_[i]);
      return true;
    }
    default:
      return false;
  }
}

Result<void> IntColumnReader::open(std::string_view data, std::size_t count) {
  count_ = count;
  first_ = 0;
  groups_.clear();
  decoded_.clear();
  if (data.empty() || parse(data, count)) return {};
  return fail(ErrorCode::kCorrupt, "a column of numbers is damaged");
}

std::uint64_t IntColumnReader::packed(std::size_t position) const {
  const Group& group = groups_[position / kGroup];
  return group.low + bits_at(data_, group.offset, position % kGroup * group.width, group.width);
}

std::uint64_t IntColumnReader::at(std::size_t row) const {
  if (!decoded_.empty()) return decoded_[row];
  return groups_.empty() ? first_ : packed(row);
}

/// The groups' values into `out` from position `from` on.
void IntColumnReader::unpack(std::vector<std::uint64_t>& out, std::size_t from) const {
  for (const Group& group : groups_) {
    const std::size_t size = std::min(kGroup, out.size() - from);
    const std::span values(out.data() + from, size);
    from += size;
    if (group.width == 0) {
      std::fill(values.begin(), values.end(), group.low);
    } else if (group.width > kNarrowMax) {
      for (std::size_t i = 0; i < size; ++i) {
        values[i] = group.low + bits_at(data_, group.offset, i * group.width, group.width);
      }
    } else {
      const char* bytes = data_.data() + group.offset;
      char padded[kGroup * kNarrowMax / 8 + 8];
      const std::size_t used = packed_size(size, group.width);
      if (group.offset + used + 8 > data_.size()) {  // at the end there may be no whole word
        std::memcpy(padded, bytes, used);
        std::memset(padded + used, 0, 8);
        bytes = padded;
      }
      if (group.width < kUnpackers.size())
        kUnpackers[group.width](bytes, group.low, values);
      else
        unpack_from(bytes, 0, group.width, group.low, values);
    }
  }
}

void IntColumnReader::decode(std::vector<std::uint64_t>& out) const {
  if (!decoded_.empty()) {
    out = decoded_;
    return;
  }
  out.resize(count_);
  if (groups_.empty())
    std::fill(out.begin(), out.end(), first_);
  else
    unpack(out, 0);
}

Result<void> decode_ints(std::string_view data, std::size_t count, std::vector<std::uint64_t>& out) {
  IntColumnReader reader;
  WEIR_TRY(reader.open(data, count));
  reader.decode(out);
  return {};
}

}  // namespace weir
