// The tiers of roll-ups: how long the periods are that blocks of each add up, and where they begin.
//
// Pure. Minutes are whole ones since 1970-01-01 UTC.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"

namespace weir {

using RollupMinute = std::int64_t;

/// Stored: never renumbered. Each period lies within one of the next tier.
enum class RollupTier : std::uint8_t {
  kDelta = 0,  // of one commit of the pipeline, a minute each: gone once it is part of a minute
  kMinute = 1,
  kHour = 2,
  kDay = 3,
  kWeek = 4,   // from Monday
  kMonth = 5,  // four weeks, counted from Monday, 1970-01-05
};
inline constexpr std::array kRollupTiers = {RollupTier::kDelta, RollupTier::kMinute, RollupTier::kHour,
                                            RollupTier::kDay,   RollupTier::kWeek,   RollupTier::kMonth};

/// Length of a tier's periods.
[[nodiscard]] constexpr RollupMinute rollup_minutes(RollupTier tier) {
  constexpr std::array<RollupMinute, 6> kMinutes = {1, 1, 60, 1440, 7 * 1440, 28 * 1440};
  return kMinutes[static_cast<std::size_t>(tier)];
}

/// Start of the step of so many minutes `minute` lies in; steps are counted from Monday, 1970-01-05.
[[nodiscard]] constexpr RollupMinute floor_to_step(RollupMinute minute, RollupMinute step) {
  constexpr RollupMinute kFirstMonday = 4 * 1440;
  const RollupMinute past = (minute - kFirstMonday) % step;
  return minute - (past < 0 ? past + step : past);
}
/// Start of the period `minute` lies in.
[[nodiscard]] constexpr RollupMinute rollup_floor(RollupTier tier, RollupMinute minute) {
  return floor_to_step(minute, rollup_minutes(tier));
}
[[nodiscard]] constexpr RollupMinute rollup_ceil(RollupTier tier, RollupMinute minute) {
  return rollup_floor(tier, minute + rollup_minutes(tier) - 1);
}

[[nodiscard]] constexpr RollupTier rollup_coarser(RollupTier tier) {
  return static_cast<RollupTier>(static_cast<int>(tier) + 1);
}
[[nodiscard]] constexpr RollupTier rollup_finer(RollupTier tier) {
  return static_cast<RollupTier>(static_cast<int>(tier) - 1);
}

/// Minutes outside of 1970 to 2149 count as the nearest in it, as days of the call log do.
inline constexpr RollupMinute kRollupMinuteMax = RollupMinute{65536} * 1440 - 1;
[[nodiscard]] RollupMinute rollup_minute_of(UtcTime at);
[[nodiscard]] UtcTime time_of_rollup_minute(RollupMinute minute);

}  // namespace weir
