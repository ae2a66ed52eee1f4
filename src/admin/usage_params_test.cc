#include "admin/usage_params.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

using std::chrono::hours;

const UtcTime kNow = UtcTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}} + hours(10);

TEST(UsageParams, ARangeIsTheLastDayUnlessSaid) {
  auto query = QueryParams::parse("");
  EXPECT_EQ(read_time_range(query, kNow, hours(24)), (TimeRange{kNow - hours(24), kNow}));
  EXPECT_TRUE(query.result());
}

TEST(UsageParams, TimesAreExactOrRelative) {
  auto query = QueryParams::parse("from=-7d&to=2026-11-23T09:00:00Z");
  EXPECT_EQ(read_time_range(query, kNow, hours(24)), (TimeRange{kNow - hours(7 * 24), kNow - hours(1)}));
  query = QueryParams::parse("from=-90m&to=now");
  EXPECT_EQ(read_time_range(query, kNow, hours(24)).from, kNow - std::chrono::minutes(90));
  EXPECT_TRUE(query.result());
}

TEST(UsageParams, ARangeEndsAfterItBeginsAndIsBounded) {
  for (const std::string wrong : {"from=-1h&to=-2h", "from=now", "from=-3660d&to=2026-11-24T00:00:00Z",
                                  "from=-24", "from=24h", "to=-1x", "from=-99999d"}) {
    auto query = QueryParams::parse(wrong);
    (void)read_time_range(query, kNow, hours(24));
    EXPECT_FALSE(query.result()) << wrong;
  }
}

TEST(UsageParams, AFilterHasEveryField) {
  auto query = QueryParams::parse("key_id=0&user_id=3&endpoint=/items/%7Bid%7D&method=GET&status=4xx");
  const auto filter = read_usage_filter(query);
  EXPECT_TRUE(query.result());
  EXPECT_EQ(filter.key, KeyId(0));
  EXPECT_EQ(filter.user, UserId(3));
  EXPECT_EQ(filter.endpoint, "/items/{id}");
  EXPECT_EQ(filter.method, "GET");
  EXPECT_EQ(filter.status_min, 400);
  EXPECT_EQ(filter.status_max, 499);
}

TEST(UsageParams, AnUnknownWordIsAnsweredWithTheKnownOnes) {
  auto query = QueryParams::parse("group_by=colour");
  (void)read_group_by(query, GroupBy::kNone);
  const auto result = query.result();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().detail,
            "group_by: must be one of key, user, endpoint, status, method, outcome, but is 'colour'");
}

TEST(UsageParams, GroupingsAreWrittenAsTheyAreRead) {
  for (const auto* word : {"key", "user", "endpoint", "status", "method", "outcome"}) {
    auto query = QueryParams::parse(std::string("group_by=") + word);
    EXPECT_EQ(to_string(read_group_by(query, GroupBy::kNone)), word);
  }
}

TEST(UsageParams, AStepIsWholeMinutes) {
  const TimeRange day{kNow - hours(24), kNow};
  auto query = QueryParams::parse("step=5m");
  EXPECT_EQ(read_step(query, day), Seconds(300));
  for (const std::string wrong : {"step=30s", "step=90s", "step=0", "step=5", "step=-5m", "step=4000d"}) {
    query = QueryParams::parse(wrong);
    (void)read_step(query, day);
    EXPECT_FALSE(query.result()) << wrong;
  }
}

TEST(UsageParams, AStepNotSaidMakesAReadablePlot) {
  for (const auto range : {hours(1), hours(24), hours(24 * 7), hours(24 * 90), hours(24 * 730)}) {
    auto query = QueryParams::parse("");
    const auto points = range / read_step(query, {kNow - range, kNow});
    EXPECT_LE(points, 121) << range.count();
    EXPECT_GE(points, 24) << range.count();
  }
}

}  // namespace
}  // namespace weir
