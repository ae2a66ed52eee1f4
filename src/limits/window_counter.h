// One window's counters of one key, as they lie in the counter file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "model/limit_settings.h"

namespace weir {

/// Nothing counted: the window is not open. Times are on the limiter's time line (limits/time_line.h).
struct alignas(16) WindowCounter {
  std::int64_t start_ns = 0;   // when it opened
  std::uint32_t current = 0;   // taken since
  std::uint32_t previous = 0;  // sliding: taken in the window before

  [[nodiscard]] bool is_open() const { return (current | previous) != 0; }
  friend bool operator==(const WindowCounter&, const WindowCounter&) = default;
};
static_assert(sizeof(WindowCounter) == 16 && std::is_trivially_copyable_v<WindowCounter>);

/// Writes a counter by one store instruction, so that a kill leaves the old or the new one, whole: a start
/// without its count would give a fresh quota, or freeze a key with the last window's.
inline void store_whole(WindowCounter& to, WindowCounter value) {
  using Word = std::uint64_t __attribute__((vector_size(16), may_alias));
  const Word word = {static_cast<std::uint64_t>(value.start_ns),
                     (std::uint64_t{value.previous} << 32) | value.current};
  *reinterpret_cast<volatile Word*>(&to) = word;
}

/// A thread's clock reading may be this much older than another's.
inline constexpr std::int64_t kClockSlackNs = 1'000'000'000;

/// A start in the future is left from a time line that was ahead (civil time set back before a restart): the
/// window counts as opened now, so it lasts no longer than its length from here.
inline WindowCounter clamp_start(WindowCounter counter, std::int64_t now_ns) {
  if (counter.start_ns > now_ns && counter.start_ns - now_ns > kClockSlackNs) counter.start_ns = now_ns;
  return counter;
}

inline std::int64_t elapsed_ns(const WindowCounter& counter, std::int64_t now_ns) {
  return std::max<std::int64_t>(0, now_ns - counter.start_ns);
}

inline std::uint32_t add_saturated(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t sum = a + b;
  return sum < a ? UINT32_MAX : sum;
}

/// Whether `used` leaves room for `cost`. A free request has room unless nothing at all is allowed.
inline bool has_room(std::uint32_t used, std::uint32_t cost, std::uint32_t limit) {
  if (limit == kUnlimited) return true;
  if (cost == 0) return limit > 0;
  return std::uint64_t{used} + cost <= limit;
}

}  // namespace weir
