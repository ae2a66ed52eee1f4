#include "usage/percentile_ranking.h"

#include <algorithm>
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "usage/rollup_samples.h"
#include "usage/usage_cover.h"
#include "usage/usage_totals.h"

namespace weir::test {
namespace {

class PercentileRankingTest : public RollupFixture {
 protected:
  /// Calls of each key about as slow as `typical` of its id says, some not measured.
  void make(int calls, const std::function<double(std::uint32_t)>& typical) {
    std::lognormal_distribution<double> spread(0, 0.7);
    for (int i = 0; i < calls; ++i) {
      SampleUsage usage;
      const std::uint32_t key = 1 + samples_.below(50);
      usage.record.at = now_ - Seconds(samples_.below(200'000));
      usage.record.key = KeyId(key);
      usage.record.user = UserId(owners_.at(key));
      if (samples_.below(9) != 0)
        usage.record.response_time = Micros(1 + static_cast<std::int64_t>(typical(key) * spread(random_)));
      usage.endpoint = EndpointId(1);
      add(usage);
    }
    ASSERT_TRUE(commit());
  }

  ScanQuestion question(UsageOrder order, GroupBy group_by) {
    ScanQuestion asked;
    asked.cover = cover_range({now_ - std::chrono::days(4), now_ + Seconds(1)}, {});
    asked.group_by = group_by;
    asked.user_of = [this](std::uint32_t key) -> Result<std::uint32_t> { return owners_.at(key); };
    asked.measures = measures_of(order);
    return asked;
  }

  /// Of whole histograms of all.
  std::vector<std::uint32_t> expected(UsageOrder order, GroupBy group_by, std::size_t limit) {
    ScanQuestion asked = question(order, group_by);
    asked.response_times = true;
    const auto snapshot = *store_->rollups().snapshot();
    const auto all = scan_usage(*snapshot, asked);
    EXPECT_TRUE(all);
    std::vector<std::uint32_t> ids;
    for (const std::uint32_t place : ranked(*all, order, limit)) ids.push_back(all->ids[place]);
    return ids;
  }

  void expect_same(GroupBy group_by) {
    for (const UsageOrder order : {UsageOrder::kP50, UsageOrder::kP90, UsageOrder::kP95, UsageOrder::kP99}) {
      for (const std::size_t limit : {1U, 2U, 7U, 20U, 49U, 50U, 100U}) {
        const auto right = expected(order, group_by, limit);
        for (const double bar : {0.0, 1.0, 900.0, 5'000.0, 20'000.0, 1e6, 1e9, 1e13}) {
          const auto snapshot = *store_->rollups().snapshot();
          const auto found = rank_by_percentile(*snapshot, question(order, group_by), order, limit, bar);
          ASSERT_TRUE(found);
          ASSERT_EQ(found->ids, right) << "limit " << limit << ", bar " << bar;
          ASSERT_EQ(found->found, expected(order, group_by, 1000).size());
        }
      }
    }
  }

  std::mt19937_64 random_{5};
};

TEST_F(PercentileRankingTest, KeysThatAreAllAlikeAreInTheOrderOfTheirHistograms) {
  make(6000, [](std::uint32_t) { return 5000.0; });
  expect_same(GroupBy::kKey);
  now_ += std::chrono::days(2);
  settle();
  expect_same(GroupBy::kKey);
  expect_same(GroupBy::kUser);
}

TEST_F(PercentileRankingTest, KeysOfVeryDifferentSpeedsToo) {
  make(6000, [](std::uint32_t key) { return 50.0 * key * key * key; });
  now_ += std::chrono::days(2);
  settle();
  expect_same(GroupBy::kKey);
}

TEST_F(PercentileRankingTest, KeysOfFewCallsToo) {
  make(120, [](std::uint32_t key) { return key % 2 == 0 ? 400.0 : 40'000.0; });
  expect_same(GroupBy::kKey);
}

}  // namespace
}  // namespace weir::test
