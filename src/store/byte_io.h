// Reading and writing the small encodings blocks are made of: little-endian words and LEB128 varints.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace weir {

static_assert(std::endian::native == std::endian::little, "blocks are written in memory order");

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

/// Takes `size` bytes off the front of `data`; false when there are fewer.
[[nodiscard]] inline bool take_bytes(std::string_view& data, std::uint64_t size, std::string_view& bytes) {
  if (size > data.size()) return false;
  bytes = data.substr(0, static_cast<std::size_t>(size));
  data.remove_prefix(static_cast<std::size_t>(size));
  return true;
}

template <class Word>
[[nodiscard]] Word load_word(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template <class Word>
void store_word(char* to, Word word) {
  std::memcpy(to, &word, sizeof word);
}

}  // namespace weir
