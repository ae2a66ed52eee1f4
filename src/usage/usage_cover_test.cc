#include "usage/usage_cover.h"

#include <gmock/gmock.h>

namespace weir::test {
namespace {

constexpr UtcTime kMonday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

RollupMinute& horizon(RollupHorizons& horizons, RollupTier tier) {
  return horizons[static_cast<std::size_t>(tier)];
}

TEST(UsageCover, TakesTheFewestPeriods) {
  const UsageCover cover =
      cover_range({kMonday - std::chrono::hours(2),
                   kMonday + std::chrono::days(8) + std::chrono::minutes(61) + Seconds(1)},
                  {});
  const RollupMinute start = rollup_minute_of(kMonday);
  const std::vector<UsageSpan> expected = {
      {RollupTier::kHour, start - 120, start},
      {RollupTier::kWeek, start, start + 7 * 1440},
      {RollupTier::kDay, start + 7 * 1440, start + 8 * 1440},
      {RollupTier::kHour, start + 8 * 1440, start + 8 * 1440 + 60},
      {RollupTier::kMinute, start + 8 * 1440 + 60, start + 8 * 1440 + 62}};
  EXPECT_EQ(cover.spans, expected);
  EXPECT_EQ(cover.range().to, kMonday + std::chrono::days(8) + std::chrono::minutes(62));
}

TEST(UsageCover, RoundsOutwardsToWhatIsKept) {
  const UtcTime day{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}};
  RollupHorizons horizons{};
  horizon(horizons, RollupTier::kMinute) = rollup_minute_of(day + std::chrono::hours(6));
  horizon(horizons, RollupTier::kHour) = rollup_minute_of(day);
  const TimeRange asked = {day + std::chrono::minutes(90), day + std::chrono::minutes(6 * 60 + 30)};
  EXPECT_EQ(cover_range(asked, horizons).range(), (TimeRange{day + std::chrono::hours(1), asked.to}));
  const TimeRange older = {day - std::chrono::hours(5), asked.from};
  EXPECT_EQ(cover_range(older, horizons).range(),
            (TimeRange{day - std::chrono::days(1), day + std::chrono::hours(2)}));
}

TEST(UsageCover, AnEmptyRangeHasNoPeriods) {
  EXPECT_TRUE(cover_range({kMonday, kMonday}, {}).spans.empty());
}

TEST(UsageCover, HoursAnswerWhereDaysAreGone) {
  RollupHorizons horizons{};
  const RollupMinute start = rollup_minute_of(kMonday);
  horizon(horizons, RollupTier::kMinute) = start + 20 * 1440;
  for (const RollupTier tier : {RollupTier::kDay, RollupTier::kWeek, RollupTier::kMonth})
    horizon(horizons, tier) = start + 7 * 1440;
  const UsageCover cover = cover_range({kMonday, kMonday + std::chrono::days(8)}, horizons);
  const std::vector<UsageSpan> expected = {{RollupTier::kHour, start, start + 7 * 1440},
                                           {RollupTier::kDay, start + 7 * 1440, start + 8 * 1440}};
  EXPECT_EQ(cover.spans, expected);
}

TEST(UsageCover, WhatIsPastAllTimeIsAskedOfTheCoarsest) {
  RollupHorizons horizons{};
  for (const RollupTier tier : kRollupTiers) horizon(horizons, tier) = rollup_minute_of(kMonday);
  const UsageCover cover = cover_range({kMonday - std::chrono::days(7), kMonday}, horizons);
  ASSERT_EQ(cover.spans.size(), 1U);
  EXPECT_EQ(cover.spans[0].tier, RollupTier::kWeek);
}

TEST(UsageCover, AStepBeginsWhereItsPeriodsAreKept) {
  RollupHorizons horizons{};
  const RollupMinute start = rollup_minute_of(kMonday);
  EXPECT_EQ(kept_step(horizons, start + 7, 5), 5);
  horizon(horizons, RollupTier::kMinute) = start + 60;
  EXPECT_EQ(kept_step(horizons, start + 95, 5), 5);
  // The step of 90 minutes that has minute 65 begins with one that is gone.
  EXPECT_EQ(kept_step(horizons, start + 65, 90), 120);
  EXPECT_EQ(kept_step(horizons, start + 30, 5), 60);
  // So does the one of 25 hours, when hours are gone before midnight.
  horizon(horizons, RollupTier::kHour) = start;
  const RollupMinute step = kept_step(horizons, start + 61, 25 * 60);
  EXPECT_EQ(step % 60, 0);
  EXPECT_GE(step, 25 * 60);
  const RollupMinute first = floor_to_step(start + 61, step);
  EXPECT_EQ(step % rollup_minutes(finest_tier(horizons, first)), 0);
}

}  // namespace
}  // namespace weir::test
