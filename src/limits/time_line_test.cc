#include "limits/time_line.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr UtcTime kUtc{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
constexpr Instant kBoot{std::chrono::hours(5)};

BootId boot(char c) {
  BootId id;
  id.fill(c);
  return id;
}

TEST(TimeLine, BeginsAtCivilTime) {
  const TimeAnchor anchor = continue_anchor({}, boot('a'), kUtc, kBoot);
  EXPECT_EQ(anchor.at(kBoot), Nanos(kUtc.time_since_epoch()).count());
}

TEST(TimeLine, FollowsTheBootClockThroughRestartsWithinOneBoot) {
  const TimeAnchor first = continue_anchor({}, boot('a'), kUtc, kBoot);
  const TimeAnchor second =
      continue_anchor(first, boot('a'), kUtc + std::chrono::hours(100), kBoot + Seconds(10));
  EXPECT_EQ(second.at(kBoot + Seconds(10)) - first.at(kBoot), 10'000'000'000);
}

TEST(TimeLine, TakesCivilTimeAgainAfterABoot) {
  const TimeAnchor first = continue_anchor({}, boot('a'), kUtc, kBoot);
  const TimeAnchor second = continue_anchor(first, boot('b'), kUtc + Seconds(90), Instant(Seconds(20)));
  EXPECT_EQ(second.at(Instant(Seconds(20))) - first.at(kBoot), 90'000'000'000);
}

TEST(TimeLine, TakesCivilTimeWhenTheBootHasNoName) {
  const TimeAnchor first = continue_anchor({}, BootId{}, kUtc, kBoot);
  EXPECT_EQ(continue_anchor(first, BootId{}, kUtc + Seconds(1), kBoot).offset_ns - first.offset_ns,
            1'000'000'000);
}

TEST(TimeLine, KnowsThisBoot) {
  EXPECT_EQ(current_boot_id(), current_boot_id());
}

}  // namespace
}  // namespace weir
