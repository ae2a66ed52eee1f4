// The fixed window: the first request in an idle window opens it; it refills whole when it ends.
//
// Pure functions on one window's counter; nanoseconds of the limiter's time line.
#pragma once

#include "limits/window_counter.h"

namespace weir {

struct FixedWindow {
  /// What stands at `now_ns`: a window that ended is not open.
  static WindowCounter settle(WindowCounter counter, std::int64_t now_ns, std::int64_t length_ns) {
    counter = clamp_start(counter, now_ns);
    if (elapsed_ns(counter, now_ns) >= length_ns || counter.current == 0) return {};
    return counter;
  }

  /// Of a settled counter: what counts against the limit.
  static std::uint32_t used(const WindowCounter& settled, std::int64_t /*now_ns*/,
                            std::int64_t /*length_ns*/) {
    return settled.current;
  }

  /// A settled counter after `cost` more. Nothing opens no window.
  static WindowCounter charge(WindowCounter settled, std::uint32_t cost, std::int64_t now_ns) {
    if (cost == 0) return settled;
    if (settled.current == 0) return {now_ns, cost, 0};
    settled.current = add_saturated(settled.current, cost);
    return settled;
  }

  /// When the whole limit is there again, if nothing more is taken. Of an open window.
  static std::int64_t full_at(const WindowCounter& settled, std::int64_t length_ns) {
    return settled.start_ns + length_ns;
  }

  /// For a request that was refused: not before this time is there room for it; for one that never will be
  /// admitted, a window's length.
  static std::int64_t room_at(const WindowCounter& settled, std::uint32_t /*cost*/, std::uint32_t /*limit*/,
                              std::int64_t now_ns, std::int64_t length_ns) {
    return (settled.is_open() ? settled.start_ns : now_ns) + length_ns;
  }
};

}  // namespace weir
