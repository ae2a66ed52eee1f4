// The sliding window: two counters, the last window's weighted by how much of it still overlaps, rounded up.
//
// The first request in an idle window opens it; windows then follow one another without a gap while there are
// requests in each. Pure functions on one window's counter; nanoseconds of the limiter's time line.
#pragma once

#include "limits/window_counter.h"

namespace weir {

struct SlidingWindow {
  /// What stands at `now_ns`: the window `now_ns` falls in, with the one before; not open when neither
  /// counts.
  static WindowCounter settle(WindowCounter counter, std::int64_t now_ns, std::int64_t length_ns) {
    counter = clamp_start(counter, now_ns);
    const std::int64_t elapsed = elapsed_ns(counter, now_ns);
    if (elapsed >= length_ns) {
      if (elapsed - length_ns >= length_ns) return {};
      counter = {counter.start_ns + length_ns, 0, counter.current};
    }
    return counter.is_open() ? counter : WindowCounter{};
  }

  /// Of a settled counter: what counts against the limit.
  static std::uint32_t used(const WindowCounter& settled, std::int64_t now_ns, std::int64_t length_ns) {
    const std::int64_t overlap = length_ns - elapsed_ns(settled, now_ns);
    return add_saturated(settled.current, weigh(settled.previous, overlap, length_ns));
  }

  /// A settled counter after `cost` more. Nothing opens no window.
  static WindowCounter charge(WindowCounter settled, std::uint32_t cost, std::int64_t now_ns) {
    if (cost == 0) return settled;
    if (!settled.is_open()) return {now_ns, cost, 0};
    settled.current = add_saturated(settled.current, cost);
    return settled;
  }

  /// When nothing counts any more, if nothing more is taken. Of an open window.
  static std::int64_t full_at(const WindowCounter& settled, std::int64_t length_ns) {
    return settled.start_ns + (settled.current > 0 ? 2 : 1) * length_ns;
  }

  /// For a request that was refused: the earliest time there is room for it, if nothing else is taken; for
  /// one that never will be admitted, when the window is full.
  static std::int64_t room_at(const WindowCounter& settled, std::uint32_t cost, std::uint32_t limit,
                              std::int64_t now_ns, std::int64_t length_ns);

 private:
  /// count × overlap / length, rounded up.
  static std::uint32_t weigh(std::uint32_t count, std::int64_t overlap_ns, std::int64_t length_ns) {
    if (count == 0) return 0;
    std::uint64_t product;
    if (!__builtin_mul_overflow(std::uint64_t{count}, static_cast<std::uint64_t>(overlap_ns), &product))
        [[likely]] {
      const auto length = static_cast<std::uint64_t>(length_ns);
      return static_cast<std::uint32_t>(product / length + (product % length != 0 ? 1 : 0));
    }
    return weigh_wide(count, overlap_ns, length_ns);
  }
  static std::uint32_t weigh_wide(std::uint32_t count, std::int64_t overlap_ns, std::int64_t length_ns);
};

}  // namespace weir
