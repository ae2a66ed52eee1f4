#include "usage/usage_cover.h"

#include <algorithm>

namespace weir {
namespace {

constexpr RollupTier kCoarseFirst[] = {RollupTier::kMonth, RollupTier::kWeek, RollupTier::kDay,
                                       RollupTier::kHour, RollupTier::kMinute};

bool has(const RollupHorizons& horizons, RollupTier tier, RollupMinute minute) {
  return horizons[static_cast<std::size_t>(tier)] <= minute;
}

/// What is past the time of all, nothing is missed of by asking the coarse ones.
bool is_kept(const RollupHorizons& horizons, RollupTier tier, RollupMinute minute) {
  if (has(horizons, tier, minute)) return true;
  return tier >= RollupTier::kDay && !has(horizons, RollupTier::kHour, minute) &&
         !has(horizons, RollupTier::kMinute, minute);
}

RollupTier tier_at(RollupMinute at, RollupMinute end, RollupMinute step, const RollupHorizons& horizons) {
  const auto fits = [&](RollupTier tier) {
    const RollupMinute length = rollup_minutes(tier);
    return rollup_floor(tier, at) == at && at + length <= end && (step == 0 || step % length == 0);
  };
  for (const RollupTier tier : kCoarseFirst) {
    if (fits(tier) && is_kept(horizons, tier, at)) return tier;
  }
  // Finer tiers are kept for less long than asked for here: what fits answers as well as can be.
  return *std::find_if(std::begin(kCoarseFirst), std::end(kCoarseFirst) - 1, fits);
}

}  // namespace

RollupTier finest_tier(const RollupHorizons& horizons, RollupMinute minute) {
  for (const RollupTier tier : {RollupTier::kMinute, RollupTier::kHour}) {
    if (has(horizons, tier, rollup_floor(tier, minute))) return tier;
  }
  return RollupTier::kDay;
}

RollupMinute kept_step(const RollupHorizons& horizons, RollupMinute from, RollupMinute step) {
  for (;;) {
    const RollupMinute period = rollup_minutes(finest_tier(horizons, floor_to_step(from, step)));
    const RollupMinute whole = (step + period - 1) / period * period;
    if (whole == step) return step;
    step = whole;  // begins earlier, perhaps where less is kept
  }
}

UsageCover cover_range(const TimeRange& range, const RollupHorizons& horizons, RollupMinute step) {
  UsageCover cover;
  const RollupMinute first = rollup_minute_of(range.from);
  const RollupMinute last =
      range.to > range.from ? std::max(first, rollup_minute_of(range.to - Micros(1))) : first;
  cover.from = rollup_floor(finest_tier(horizons, first), first);
  cover.to = range.to > range.from ? rollup_floor(finest_tier(horizons, last), last) +
                                         rollup_minutes(finest_tier(horizons, last))
                                   : cover.from;
  if (step > 0) {
    cover.from = floor_to_step(cover.from, step);
    cover.to = floor_to_step(cover.to + step - 1, step);
  }
  for (RollupMinute at = cover.from; at < cover.to;) {
    const RollupTier tier = tier_at(at, cover.to, step, horizons);
    const RollupMinute next = at + rollup_minutes(tier);
    if (cover.spans.empty() || cover.spans.back().tier != tier) cover.spans.push_back({tier, at, at});
    cover.spans.back().to = next;
    at = next;
  }
  return cover;
}

}  // namespace weir
