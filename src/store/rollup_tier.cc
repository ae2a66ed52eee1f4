#include "store/rollup_tier.h"

#include <algorithm>

namespace weir {

RollupMinute rollup_minute_of(UtcTime at) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count();
  return std::clamp<RollupMinute>(minutes, 0, kRollupMinuteMax);
}

UtcTime time_of_rollup_minute(RollupMinute minute) {
  return UtcTime(std::chrono::minutes(minute));
}

}  // namespace weir
