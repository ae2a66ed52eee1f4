#include "limits/time_line.h"

#include <algorithm>

#include "base/file.h"

namespace weir {

BootId current_boot_id() {
  BootId id{};
  if (const auto text = read_file("/proc/sys/kernel/random/boot_id", 4096)) {
    std::copy_n(text->begin(), std::min(text->size(), id.size()), id.begin());
  }
  return id;
}

TimeAnchor continue_anchor(const TimeAnchor& kept, const BootId& boot_id, UtcTime utc, Instant boot) {
  if (boot_id != BootId{} && kept.boot_id == boot_id) return kept;
  return {boot_id, Nanos(utc.time_since_epoch()).count() - boot.time_since_epoch().count()};
}

}  // namespace weir
