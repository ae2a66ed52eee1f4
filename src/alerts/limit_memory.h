// Which windows of a key came close to their limit lately: short ones alert only when that repeats.
//
// Not thread-safe. Bounded by the keys that came close within ten minutes.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "alerts/subject_window.h"

namespace weir {

class LimitMemory {
 public:
  static constexpr AlertSecond kRememberSeconds = 600;

  /// A window that ends at `ends` came close. Returns how many different ones did within ten minutes.
  std::size_t note(std::uint32_t key, std::uint8_t window, AlertSecond ends, AlertSecond now) {
    std::vector<AlertSecond>& seen = seen_[{key, window}];
    std::erase_if(seen, [now](AlertSecond end) { return end < now - kRememberSeconds; });
    // Reset times are rounded: the same window may seem to end a second apart.
    if (seen.empty() || seen.back() + 1 < ends) seen.push_back(ends);
    return seen.size();
  }
  void expire(AlertSecond now) {
    std::erase_if(seen_, [now](const auto& entry) {
      return entry.second.empty() || entry.second.back() < now - kRememberSeconds;
    });
  }

 private:
  std::map<std::pair<std::uint32_t, std::uint8_t>, std::vector<AlertSecond>> seen_;
};

}  // namespace weir
