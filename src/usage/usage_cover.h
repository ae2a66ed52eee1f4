// Which periods of which tiers answer for a range: the fewest that tile it.
//
// Pure.
#pragma once

#include <vector>

#include "store/rollup_store.h"
#include "usage/usage_queries.h"

namespace weir {

/// Whole periods of one tier, one after the other.
struct UsageSpan {
  RollupTier tier = RollupTier::kMinute;
  RollupMinute from = 0;
  RollupMinute to = 0;
  friend bool operator==(const UsageSpan&, const UsageSpan&) = default;
};

struct UsageCover {
  RollupMinute from = 0;
  RollupMinute to = 0;
  std::vector<UsageSpan> spans;  // in order, without gaps
  [[nodiscard]] TimeRange range() const { return {time_of_rollup_minute(from), time_of_rollup_minute(to)}; }
};

/// The finest tier that still has what came at `minute`.
[[nodiscard]] RollupTier finest_tier(const RollupHorizons& horizons, RollupMinute minute);

/// Tiles `range`, rounded outwards to the finest tier kept at either end. `step`, if not 0: no period is cut
/// by the steps of so many minutes, which the range is rounded to as well.
[[nodiscard]] UsageCover cover_range(const TimeRange& range, const RollupHorizons& horizons,
                                     RollupMinute step = 0);

/// The shortest steps, none shorter than `step`, that can be told of what came from `from` on: in whole
/// periods of the finest tier that still has the first of them.
[[nodiscard]] RollupMinute kept_step(const RollupHorizons& horizons, RollupMinute from, RollupMinute step);

}  // namespace weir
