#include "store/int_column.h"

#include <algorithm>
#include <bit>

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

void unpack_bits(const char* from, unsigned width, std::uint64_t low, std::span<std::uint64_t> values) {
  const std::uint64_t mask = width == 64 ? ~0ULL : (1ULL << width) - 1;
  std::size_t bit = 0;
  if (width <= kNarrowMax) {
    for (std::uint64_t& value : values) {
      value = low + ((load_word<std::uint64_t>(from + bit / 8) >> (bit % 8)) & mask);
      bit += width;
    }
    return;
  }
  for (std::uint64_t& value : values) {
    const auto shift = static_cast<unsigned>(bit % 8);
    std::uint64_t word = load_word<std::uint64_t>(from + bit / 8) >> shift;
    if (shift != 0)
      word |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(from[bit / 8 + 8])) << (64 - shift);
    value = low + (word & mask);
    bit += width;
  }
}

bool unpack_group(std::string_view& data, std::span<std::uint64_t> values) {
  std::uint64_t low = 0;
  if (!take_varint(data, low) || data.empty()) return false;
  const unsigned width = static_cast<std::uint8_t>(data[0]);
  data.remove_prefix(1);
  if (width == 0) {
    std::fill(values.begin(), values.end(), low);
    return true;
  }
  const std::size_t size = packed_size(values.size(), width);
  if (width > 64 || size > data.size()) return false;
  if (data.size() >= size + 8) {
    unpack_bits(data.data(), width, low, values);
  } else {  // the loads may reach 8 bytes past the group
    char padded[kGroup * 8 + 8] = {};
    std::memcpy(padded, data.data(), size);
    unpack_bits(padded, width, low, values);
  }
  data.remove_prefix(size);
  return true;
}

void pack(std::span<const std::uint64_t> values, std::string& out) {
  for (std::size_t at = 0; at < values.size(); at += kGroup) {
    pack_group(values.subspan(at, std::min(kGroup, values.size() - at)), out);
  }
}

bool unpack(std::string_view& data, std::span<std::uint64_t> values) {
  for (std::size_t at = 0; at < values.size(); at += kGroup) {
    if (!unpack_group(data, values.subspan(at, std::min(kGroup, values.size() - at)))) return false;
  }
  return true;
}

std::uint64_t zigzag(std::uint64_t difference) {
  return (difference << 1) ^ static_cast<std::uint64_t>(static_cast<std::int64_t>(difference) >> 63);
}

std::uint64_t unzigzag(std::uint64_t coded) {
  return (coded >> 1) ^ (0 - (coded & 1));
}

bool decode(std::string_view data, std::span<std::uint64_t> values) {
  const char kind = data[0];
  data.remove_prefix(1);
  std::uint64_t value = 0;
  switch (kind) {
    case kConstant:
      if (!take_varint(data, value)) return false;
      std::fill(values.begin(), values.end(), value);
      break;
    case kPacked:
      if (!unpack(data, values)) return false;
      break;
    case kDelta:
      if (values.empty() || !take_varint(data, value) || !unpack(data, values.subspan(1))) return false;
      values[0] = value;
      for (std::size_t i = 1; i < values.size(); ++i) values[i] = value += unzigzag(values[i]);
      break;
    default:
      return false;
  }
  return data.empty();
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

Result<void> decode_ints(std::string_view data, std::size_t count, std::vector<std::uint64_t>& out) {
  if (data.empty()) {
    out.assign(count, 0);
    return {};
  }
  out.resize(count);
  if (!decode(data, out)) return fail(ErrorCode::kCorrupt, "a column of numbers is damaged");
  return {};
}

}  // namespace weir
