// LEB128 varints: small numbers in few bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// Longest varint of 64 bits.
inline constexpr std::size_t kVarintMax = 10;

inline void put_varint(std::string& out, std::uint64_t value) {
  char bytes[kVarintMax];
  std::size_t size = 0;
  while (value >= 0x80) {
    bytes[size++] = static_cast<char>((value & 0x7F) | 0x80);
    value >>= 7;
  }
  bytes[size++] = static_cast<char>(value);
  out.append(bytes, size);
}

/// Takes a varint off the front of `data`; false when it is cut or longer than 64 bits.
[[nodiscard]] inline bool take_varint(std::string_view& data, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < data.size() && i < kVarintMax; ++i) {
    const auto byte = static_cast<std::uint8_t>(data[i]);
    const unsigned shift = static_cast<unsigned>(7 * i);
    if (shift == 63 && byte > 1) return false;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) {
      data.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

/// Writes a varint where there is room for it; answers the place behind it.
inline std::uint8_t* write_varint(std::uint8_t* out, std::uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<std::uint8_t>((value & 0x7F) | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

/// Reads what `write_varint` wrote, unchecked, and moves `from` behind it.
[[nodiscard]] inline std::uint64_t read_varint(const std::uint8_t*& from) {
  std::uint64_t value = *from & 0x7F;
  for (unsigned shift = 7; (*from++ & 0x80) != 0; shift += 7)
    value |= static_cast<std::uint64_t>(*from & 0x7F) << shift;
  return value;
}

}  // namespace weir
