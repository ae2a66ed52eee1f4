// A fast 64-bit hash whose values may be written to files: it must never change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/byte_io.h"

namespace weir {

namespace stable_hash_detail {

/// Both halves of a 128-bit product folded: every input bit reaches every output bit.
[[nodiscard]] inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace stable_hash_detail

/// Not keyed: whoever chooses the texts can make them collide, so no table may rely on it for its bounds.
[[nodiscard]] inline std::uint64_t stable_hash(std::string_view text) noexcept {
  using stable_hash_detail::fold;
  constexpr std::uint64_t kFirst = 0xA0761D6478BD642FULL;
  constexpr std::uint64_t kSecond = 0xE7037ED1A0B428DBULL;
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t state = fold(text.size() ^ kFirst, kSecond);
  for (; left >= 16; left -= 16, at += 16) {
    state = fold(load_word<std::uint64_t>(at) ^ kFirst ^ state, load_word<std::uint64_t>(at + 8) ^ kSecond);
  }
  char rest[16] = {};
  if (left > 0) std::memcpy(rest, at, left);
  return fold(load_word<std::uint64_t>(rest) ^ kFirst ^ state,
              load_word<std::uint64_t>(rest + 8) ^ kSecond ^ state);
}

}  // namespace weir
