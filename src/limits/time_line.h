// The limiter's time line: runs like the boot clock, begins at civil time.
//
// Steps of civil time (NTP, an operator) move no window. Only the first start after a boot takes civil time
// again, so a step can show then, and by no more than its own length.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

using BootId = std::array<char, 36>;

/// This boot of the machine, from /proc/sys/kernel/random/boot_id; all zeros when it cannot be read.
[[nodiscard]] BootId current_boot_id();

/// What the counter file keeps of the time line.
struct TimeAnchor {
  BootId boot_id{};
  std::int64_t offset_ns = 0;  // the time line's now minus the boot clock's

  [[nodiscard]] std::int64_t at(Instant boot) const { return boot.time_since_epoch().count() + offset_ns; }
};

/// The kept anchor while the boot is the same, otherwise one from a reading of both clocks.
[[nodiscard]] TimeAnchor continue_anchor(const TimeAnchor& kept, const BootId& boot_id, UtcTime utc,
                                         Instant boot);

}  // namespace weir
