// Reading and writing the small encodings blocks are made of: little-endian words, and varints
// (base/varint.h).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/varint.h"

namespace weir {

static_assert(std::endian::native == std::endian::little, "blocks are written in memory order");

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
