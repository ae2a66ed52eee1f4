// SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012): a fast keyed hash of presented keys, good enough
// to recognise one again without its HMAC. Its key is drawn at every start and never leaves the process.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir {

struct PresentedTag {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

using PresentedHashKey = std::array<std::uint64_t, 2>;

/// From the system's random source; ends the process when that gives nothing, as nothing safe can follow.
[[nodiscard]] PresentedHashKey draw_presented_hash_key();

/// Pure; any thread.
[[nodiscard]] PresentedTag presented_tag(const PresentedHashKey& key, std::string_view text) noexcept;

}  // namespace weir
