#include "usage/live_totals.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

class LiveTotalsTest : public testing::Test {
 protected:
  static UsageRecord call(std::uint16_t status, Micros took, Outcome outcome = Outcome::kForwarded) {
    UsageRecord record;
    record.status = status;
    record.response_time = took;
    record.outcome = outcome;
    record.bytes_in = 10;
    record.bytes_out = 100;
    return record;
  }

  const UtcTime start_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
  std::vector<LiveSecond> closed_;
  LiveTotals live_{[this](const LiveSecond& second) { closed_.push_back(second); }};
};

TEST_F(LiveTotalsTest, ASecondHoldsTheCallsAddedInIt) {
  live_.tick(start_);
  live_.add(call(200, Millis(10)));
  live_.add(call(404, Millis(20)));
  live_.add(call(503, Millis(30)));
  live_.add(call(429, Millis(0), Outcome::kLimited));
  live_.tick(start_ + Millis(999));
  EXPECT_TRUE(closed_.empty());
  live_.tick(start_ + Millis(1000));
  ASSERT_EQ(closed_.size(), 1U);
  const auto& second = closed_[0];
  EXPECT_EQ(second.at, start_ + Seconds(1));
  EXPECT_EQ(second.requests, 4U);
  EXPECT_EQ(second.errors, 1U);
  EXPECT_EQ(second.client_errors, 2U);
  EXPECT_EQ(second.limited, 1U);
  EXPECT_EQ(second.bytes_in, 40U);
  EXPECT_EQ(second.bytes_out, 400U);
  EXPECT_EQ(second.measured, 3U);
  EXPECT_EQ(second.mean, Millis(20));  // of those that took time
  EXPECT_EQ(second.max, Millis(30));
  EXPECT_NEAR(static_cast<double>(second.p50.count()), 20'000, 200);
  EXPECT_NEAR(static_cast<double>(second.p95.count()), 30'000, 300);
}

TEST_F(LiveTotalsTest, AQuietSecondIsEmpty) {
  live_.tick(start_);
  live_.add(call(200, Millis(10)));
  live_.tick(start_ + Seconds(1));
  live_.tick(start_ + Seconds(2));
  ASSERT_EQ(closed_.size(), 2U);
  EXPECT_EQ(closed_[1].requests, 0U);
  EXPECT_EQ(closed_[1].measured, 0U);
  EXPECT_EQ(closed_[1].max, Micros(0));
}

TEST_F(LiveTotalsTest, LateTicksLoseNoCallAndDoNotDrift) {
  live_.tick(start_);
  live_.add(call(200, Millis(1)));
  live_.tick(start_ + Millis(3400));
  live_.add(call(200, Millis(1)));
  live_.tick(start_ + Millis(3999));
  EXPECT_EQ(closed_.size(), 1U);
  live_.tick(start_ + Millis(4040));
  ASSERT_EQ(closed_.size(), 2U);
  EXPECT_EQ(closed_[0].requests + closed_[1].requests, 2U);
}

TEST_F(LiveTotalsTest, AClockThatWasSetBackGoesOn) {
  live_.tick(start_ + Seconds(100));
  live_.add(call(200, Millis(1)));
  live_.tick(start_);
  live_.tick(start_ + Seconds(1));
  ASSERT_EQ(closed_.size(), 1U);
  EXPECT_EQ(closed_[0].requests, 1U);
}

}  // namespace
}  // namespace weir
