#include "usage/usage_queries.h"

#include <gmock/gmock.h>

#include "usage/rollup_samples.h"

namespace weir::test {
namespace {

using ::testing::HasSubstr;

class UsageQueriesTest : public RollupFixture {
 protected:
  void call(UtcTime at, std::uint32_t key, std::uint16_t status = 200, std::uint32_t endpoint = 1,
            Micros took = Millis(10)) {
    SampleUsage usage;
    usage.record.at = at;
    usage.record.key = KeyId(key);
    usage.record.user = UserId(owners_.at(key));
    usage.record.method = Method::kGet;
    usage.record.status = status;
    usage.record.response_time = took;
    usage.endpoint = EndpointId(endpoint);
    add(usage);
  }
};

TEST_F(UsageQueriesTest, OrdersGroupsAndNamesThem) {
  for (int i = 0; i < 5; ++i) call(now_, 7);
  for (int i = 0; i < 3; ++i) call(now_, 9, 500);
  call(now_, 11, 500);
  ASSERT_TRUE(commit());
  SummaryQuery query;
  query.range = {now_ - Seconds(60), now_ + Seconds(60)};
  query.group_by = GroupBy::kKey;
  query.limit = 2;
  auto summary = *queries_->summary(query);
  ASSERT_EQ(summary.groups.size(), 2U);
  EXPECT_EQ(summary.groups_found, 3U);
  EXPECT_EQ(summary.groups[0].name, "key 7");
  EXPECT_EQ(summary.groups[1].name, "key 9");
  EXPECT_EQ(summary.total.requests, 9U);
  query.order = UsageOrder::kErrors;
  summary = *queries_->summary(query);
  EXPECT_EQ(summary.groups[0].name, "key 9");
  EXPECT_EQ(summary.groups[1].name, "key 11");
  query.group_by = GroupBy::kEndpoint;
  EXPECT_EQ(queries_->summary(query)->groups[0].name, "/v1/things1");
}

TEST_F(UsageQueriesTest, TheFirstByAPercentileAreThoseOfAll) {
  for (int i = 0; i < 3000; ++i) add(sample(now_ - Seconds(samples_.below(86'400))));
  ASSERT_TRUE(commit());
  settle();
  for (const UsageOrder order : {UsageOrder::kP50, UsageOrder::kP90, UsageOrder::kP95, UsageOrder::kP99}) {
    for (const GroupBy group_by : {GroupBy::kKey, GroupBy::kUser, GroupBy::kEndpoint}) {
      SummaryQuery query;
      query.range = {now_ - std::chrono::days(1), now_};
      query.group_by = group_by;
      query.order = order;
      query.limit = kUsageGroupsMax;
      const auto all = queries_->summary(query)->groups;
      for (std::size_t i = 1; i < all.size(); ++i) {
        const auto value = [&](const UsageGroup& group) {
          const DurationSummary& times = group.totals.response_time;
          return order == UsageOrder::kP50   ? times.p50
                 : order == UsageOrder::kP90 ? times.p90
                 : order == UsageOrder::kP95 ? times.p95
                                             : times.p99;
        };
        EXPECT_GE(value(all[i - 1]), value(all[i]));
      }
      for (query.limit = 1; query.limit <= all.size(); query.limit += 7) {
        const auto first = queries_->summary(query);
        EXPECT_EQ(first->groups_found, all.size());
        ASSERT_EQ(first->groups.size(), query.limit);
        for (std::size_t i = 0; i < first->groups.size(); ++i) {
          EXPECT_EQ(first->groups[i].id, all[i].id);
          EXPECT_EQ(told(first->groups[i].totals), told(all[i].totals));
        }
      }
    }
  }
}

TEST_F(UsageQueriesTest, TimesAreOfTheCallsThatWereMeasured) {
  call(now_, 7);
  for (int i = 0; i < 9; ++i) call(now_, 7, 200, 1, Micros(0));
  call(now_, 9, 200, 1, Micros(0));
  ASSERT_TRUE(commit());
  SummaryQuery query;
  query.range = {now_ - Seconds(60), now_ + Seconds(60)};
  query.group_by = GroupBy::kKey;
  const auto summary = *queries_->summary(query);
  EXPECT_EQ(summary.total.requests, 11U);
  EXPECT_EQ(summary.total.response_time.count, 1U);
  EXPECT_EQ(summary.total.response_time.mean, Millis(10));
  EXPECT_GT(summary.total.response_time.p50, Micros(9900));
  ASSERT_EQ(summary.groups.size(), 2U);
  EXPECT_EQ(summary.groups[1].totals.response_time.count, 0U);
  EXPECT_EQ(summary.groups[1].totals.response_time.max, Micros(0));
}

TEST_F(UsageQueriesTest, ComparesWithThePeriodBefore) {
  const UtcTime hour = kNoon;
  for (int i = 0; i < 4; ++i) call(hour + Seconds(i), 7);
  for (int i = 0; i < 3; ++i) call(hour - Seconds(1 + i), 7);
  call(hour - std::chrono::hours(2), 7);
  ASSERT_TRUE(commit());
  SummaryQuery query;
  query.range = {hour, hour + std::chrono::hours(1)};
  query.group_by = GroupBy::kKey;
  query.compare = true;
  const auto summary = *queries_->summary(query);
  EXPECT_EQ(summary.total.requests, 4U);
  EXPECT_EQ(summary.before, (TimeRange{hour - std::chrono::hours(1), hour}));
  EXPECT_EQ(summary.total_before->requests, 3U);
  ASSERT_EQ(summary.groups_before.size(), 1U);
  EXPECT_EQ(summary.groups_before[0].requests, 3U);
}

TEST_F(UsageQueriesTest, WhatNobodyCalledMatchesNothing) {
  call(now_, 7);
  ASSERT_TRUE(commit());
  SummaryQuery query;
  query.range = {now_ - Seconds(60), now_ + Seconds(60)};
  query.filter.endpoint = "/nowhere";
  EXPECT_EQ(queries_->summary(query)->total.requests, 0U);
  query.filter.endpoint.reset();
  query.filter.method = "BREW";
  EXPECT_EQ(queries_->summary(query)->total.requests, 0U);
}

TEST_F(UsageQueriesTest, SaysWhatIsWrongWithAQuestion) {
  SummaryQuery query;
  query.range = {now_, now_ - Seconds(1)};
  EXPECT_THAT(queries_->summary(query).error().detail, HasSubstr("from: not after to"));
  query.range = {now_, now_};
  query.limit = 0;
  EXPECT_EQ(queries_->summary(query).error().detail, "limit: 1 to 1000, not 0");
  SeriesQuery series;
  series.range = {now_ - std::chrono::days(90), now_};
  series.step = Seconds(90);
  EXPECT_THAT(queries_->timeline(series).error().detail, HasSubstr("step: whole minutes"));
  series.step = Seconds(60);
  EXPECT_THAT(queries_->timeline(series).error().detail, HasSubstr("at most 10000 points"));
}

TEST_F(UsageQueriesTest, ForgottenMinutesAreAnsweredByTheirHours) {
  const UtcTime old = kNoon - std::chrono::days(3) + std::chrono::minutes(17);
  call(old, 7);
  ASSERT_TRUE(commit());
  keeper_->set_retention({});
  now_ += std::chrono::hours(1);
  settle();
  now_ += std::chrono::hours(1);
  settle();
  now_ += std::chrono::minutes(1);
  settle();
  SummaryQuery query;
  query.range = {old, old + Seconds(1)};
  const auto summary = *queries_->summary(query);
  EXPECT_EQ(summary.total.requests, 1U);
  EXPECT_EQ(summary.range,
            (TimeRange{kNoon - std::chrono::days(3), kNoon - std::chrono::days(3) + std::chrono::hours(1)}));
  std::vector<RollupBlock> minutes;
  ASSERT_TRUE((*store_->rollups().snapshot())->blocks(RollupTier::kMinute, 0, kRollupMinuteMax, {}, minutes));
  EXPECT_TRUE(minutes.empty());
}

TEST_F(UsageQueriesTest, ARemovedKeysCallsStayItsOwners) {
  const UserId user(owners_.at(7));
  const UtcTime began = now_;
  SummaryQuery of_user;
  of_user.range = {began - std::chrono::hours(1), began + std::chrono::days(60)};
  of_user.filter.user = user;
  SummaryQuery by_user;
  by_user.range = of_user.range;
  by_user.group_by = GroupBy::kUser;
  const auto expect_all = [&] {
    EXPECT_EQ(queries_->summary(of_user)->total.requests, 3U);
    const auto groups = queries_->summary(by_user)->groups;
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].id, user.value());
    EXPECT_EQ(groups[0].totals.requests, 3U);
  };
  for (int i = 0; i < 3; ++i) call(now_, 7);
  ASSERT_TRUE(commit());
  expect_all();
  ASSERT_TRUE(store_->keys().remove(KeyId(7)));
  reopen();
  expect_all();  // of a minute: by its key
  for (int day = 0; day < 40; ++day) {
    now_ += std::chrono::days(1);
    settle();
    if (day == 0 || day == 10) expect_all();
  }
  std::vector<RollupBlock> months;
  ASSERT_TRUE((*store_->rollups().snapshot())->blocks(RollupTier::kMonth, 0, kRollupMinuteMax, {}, months));
  EXPECT_EQ(months.size(), 1U);
  expect_all();
}

TEST_F(UsageQueriesTest, CallsPastAllRetentionAreForgotten) {
  call(UtcTime(std::chrono::sys_days{std::chrono::year{1995} / 8 / 1}), 7);
  call(now_, 7);
  ASSERT_TRUE(commit());
  keeper_->set_retention({});
  for (int hour = 0; hour < 8; ++hour) {
    now_ += std::chrono::hours(1);
    settle();
  }
  SummaryQuery query;
  query.range = {UtcTime(Micros(0)), now_};
  EXPECT_EQ(queries_->summary(query)->total.requests, 1U);
}

}  // namespace
}  // namespace weir::test
