#include "usage/call_retention.h"

#include <vector>

namespace weir {

void CallRetentionKeeper::set(const CallRetention& retention) {
  const std::lock_guard lock(mutex_);
  retention_ = retention;
}

std::optional<UtcTime> CallRetentionKeeper::kept_from(UtcTime now) {
  const std::lock_guard lock(mutex_);
  if (!retention_.calls) return std::nullopt;
  return UtcTime(std::chrono::floor<std::chrono::days>(now - *retention_.calls));  // days go whole
}

Result<bool> CallRetentionKeeper::step(UtcTime now) {
  CallRetention retention;
  {
    const std::lock_guard lock(mutex_);
    retention = retention_;
  }
  WEIR_TRY_ASSIGN(days, store_.calls().days());
  if (days.empty()) return false;
  std::uint64_t bytes = 0;
  if (retention.max_bytes > 0) {
    WEIR_TRY_ASSIGN(rollups, store_.rollups().sizes());
    bytes = rollups.bytes;
    for (const CallDayFile& day : days) bytes += day.bytes;
  }
  // The oldest first; one that is in use keeps none of the others.
  for (auto day = days.rbegin(); day != days.rend(); ++day) {
    const bool is_old = retention.calls && day->start + std::chrono::days(1) <= now - *retention.calls;
    const bool is_too_much = retention.max_bytes > 0 && bytes > retention.max_bytes && day + 1 != days.rend();
    if (!is_old && !is_too_much) continue;
    WEIR_TRY_ASSIGN(removed, store_.calls().remove_day(day->start));
    if (removed) return true;
  }
  return false;
}

}  // namespace weir
