// Sorts words by their upper bits, keeping the order of those alike there: a few passes over the memory, no
// comparison. It breathes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/breath.h"

namespace weir {

/// Sorts `words` by their bits from `low` up; those equal there stay in order. `room` is a buffer of the
/// caller's, kept for the next time.
inline void radix_sort(std::vector<std::uint64_t>& words, unsigned low, std::vector<std::uint64_t>& room) {
  constexpr unsigned kDigitBits = 11;
  constexpr std::size_t kFew = 256;
  constexpr std::size_t kPiece = 8192;  // words between breaths: some 20 µs
  if (words.size() <= kFew) {
    const auto by_upper = [low](std::uint64_t a, std::uint64_t b) { return a >> low < b >> low; };
    if (!std::is_sorted(words.begin(), words.end(), by_upper))
      std::stable_sort(words.begin(), words.end(), by_upper);
    return;
  }
  std::uint64_t differ = 0;
  for (const std::uint64_t word : words) differ |= word ^ words.front();
  room.resize(words.size());
  for (unsigned shift = low; shift < 64 && differ >> shift != 0; shift += kDigitBits) {
    const auto digit = [shift](std::uint64_t word) { return (word >> shift) & ((1U << kDigitBits) - 1); };
    std::array<std::uint32_t, 1U << kDigitBits> place{};
    breathe();
    for (const std::uint64_t word : words) ++place[digit(word)];
    std::uint32_t before = 0;
    for (std::uint32_t& count : place) before += std::exchange(count, before);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (i % kPiece == 0) breathe();
      room[place[digit(words[i])]++] = words[i];
    }
    words.swap(room);
  }
}

}  // namespace weir
