#include <gtest/gtest.h>

#include "alerts/alert_fixture.h"

namespace weir {
namespace {

constexpr AlertSecond kNow = kTestStart;
const AlertSubject kEndpoint = AlertSubject::endpoint(EndpointId(1));
const AlertSubject kKey = AlertSubject::key(KeyId(1));

UsageRecord taking(AlertSecond second, Micros time) {
  UsageRecord record = call_at(second);
  record.response_time = time;
  record.at -= time;  // it ends at `second`
  return record;
}

TEST(ResponseTime, OneLoneSlowCallInAQuietMinuteCounts) {
  AlertWorld world;
  world.call(taking(kNow + 3, Micros(1'000'001)));
  world.advance(kNow + 4);
  const Alert* alert = world.find(AlertType::kResponseTime, kEndpoint);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->severity, AlertSeverity::kWarning);
  EXPECT_EQ(alert->numbers.threshold, 1.0);
  EXPECT_GT(alert->numbers.value, 1.0);
  EXPECT_LT(alert->numbers.value, 1.03);
  EXPECT_EQ(alert->numbers.calls, 1U);
  EXPECT_EQ(alert->started_at, at_second(kNow + 4));
  EXPECT_NE(world.find(AlertType::kResponseTime, kKey), nullptr);
}

TEST(ResponseTime, IsSilentAtTheThreshold) {
  AlertWorld world;
  world.call(taking(kNow + 3, Seconds(1)));
  world.advance(kNow + 100);
  EXPECT_TRUE(world.events.empty());
}

TEST(ResponseTime, IsCriticalAboveTwoSecondsAndNotAtTwo) {
  AlertWorld at;
  at.call(taking(kNow + 3, Seconds(2)));
  at.advance(kNow + 5);
  EXPECT_EQ(at.find(AlertType::kResponseTime, kEndpoint)->severity, AlertSeverity::kWarning);
  AlertWorld above;
  above.call(taking(kNow + 3, Seconds(2) + Micros(1)));
  above.advance(kNow + 5);
  EXPECT_EQ(above.find(AlertType::kResponseTime, kEndpoint)->severity, AlertSeverity::kCritical);
}

TEST(ResponseTime, NeedsMoreThanOneInTwentyInABusyMinute) {
  AlertWorld world;
  world.calls(kNow + 1, 95);
  for (int i = 0; i < 5; ++i) world.call(taking(kNow + 2, Millis(1500)));
  world.advance(kNow + 5);
  EXPECT_EQ(world.find(AlertType::kResponseTime, kEndpoint), nullptr);
  world.call(taking(kNow + 6, Millis(1500)));
  world.advance(kNow + 7);
  EXPECT_NE(world.find(AlertType::kResponseTime, kEndpoint), nullptr);
}

TEST(ResponseTime, CallsThatWereRefusedAreNotTimed) {
  AlertWorld world;
  for (int i = 0; i < 100; ++i) world.call(refused_at(kNow + 1, Outcome::kLimited, 429));
  world.call(taking(kNow + 2, Millis(1500)));
  world.advance(kNow + 3);
  EXPECT_NE(world.find(AlertType::kResponseTime, kEndpoint), nullptr);
}

TEST(ErrorRate, FiresAboveFivePercentOfTwentyCallsAndNotAtFive) {
  AlertWorld at;
  at.calls(kNow + 1, 19);
  at.calls(kNow + 1, 1, 500);
  at.advance(kNow + 20);
  EXPECT_EQ(at.find(AlertType::kErrorRate, kEndpoint), nullptr);
  AlertWorld above;
  above.calls(kNow + 1, 38);
  above.calls(kNow + 1, 3, 500);
  above.advance(kNow + 2);
  for (const auto& subject : {AlertSubject::overall(), kEndpoint, kKey}) {
    const Alert* alert = above.find(AlertType::kErrorRate, subject);
    ASSERT_NE(alert, nullptr);
    EXPECT_EQ(alert->severity, AlertSeverity::kWarning);
    EXPECT_DOUBLE_EQ(alert->numbers.value, 3.0 / 41);
  }
}

TEST(ErrorRate, NeedsTwentyCalls) {
  AlertWorld world;
  world.calls(kNow + 1, 19, 500);
  world.advance(kNow + 20);
  EXPECT_EQ(world.find(AlertType::kErrorRate, kEndpoint), nullptr);
  world.calls(kNow + 21, 1, 200);
  world.advance(kNow + 22);
  EXPECT_EQ(world.find(AlertType::kErrorRate, kEndpoint)->severity, AlertSeverity::kCritical);
}

TEST(ErrorRate, CountsTheStatusesThatAreConfigured) {
  AlertSettings settings;
  settings.error_statuses = {{429, 429}};
  AlertWorld world(settings);
  world.calls(kNow + 1, 30, 500);
  world.advance(kNow + 2);
  EXPECT_EQ(world.find(AlertType::kErrorRate, kEndpoint), nullptr);
  world.calls(kNow + 3, 30, 429);
  world.advance(kNow + 4);
  EXPECT_NE(world.find(AlertType::kErrorRate, kEndpoint), nullptr);
}

/// Traffic of `per_minute` calls from `from`, for `hours`.
void steady(AlertWorld& world, AlertSecond from, int hours, int per_minute) {
  for (int minute = 0; minute < hours * 60; ++minute) {
    world.calls(from + minute * 60 + 5, per_minute);
    world.advance(from + (minute + 1) * 60);
  }
}

TEST(UsageSpike, FiresAfterThreeMinutesAboveTwiceTheNormalAndSaysWhichNormal) {
  AlertWorld world;
  steady(world, kNow, 25, 60);
  const AlertSecond from = kNow + 25 * 3600;
  for (int minute = 0; minute < 3; ++minute) {
    EXPECT_EQ(world.find(AlertType::kUsageSpike, kKey), nullptr);
    world.calls(from + minute * 60 + 5, 130);
    world.advance(from + (minute + 1) * 60);
  }
  const Alert* alert = world.find(AlertType::kUsageSpike, kKey);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->severity, AlertSeverity::kWarning);
  EXPECT_EQ(alert->numbers.baseline_kind, BaselineKind::kRecentHours);
  EXPECT_NEAR(alert->numbers.baseline, 60, 1);
  EXPECT_NE(world.find(AlertType::kUsageSpike, AlertSubject::overall()), nullptr);
}

TEST(UsageSpike, IsSilentAtTwiceTheNormalAndForTwoMinutesAbove) {
  AlertWorld world;
  steady(world, kNow, 25, 60);
  const AlertSecond from = kNow + 25 * 3600;
  for (int minute = 0; minute < 10; ++minute) {
    world.calls(from + minute * 60 + 5, minute % 3 == 2 ? 118 : 300);
    world.advance(from + (minute + 1) * 60);
  }
  EXPECT_EQ(world.count(AlertEventKind::kFired, AlertType::kUsageSpike), 0U);
}

TEST(UsageSpike, WithoutADayOfHistoryThereIsNoNormal) {
  AlertWorld world;
  steady(world, kNow, 20, 60);
  steady(world, kNow + 20 * 3600, 1, 600);
  EXPECT_EQ(world.count(AlertEventKind::kFired, AlertType::kUsageSpike), 0U);
}

TEST(Overrides, ReplaceTheThresholdWhereTheyMatchAndTheLastOneWins) {
  AlertSettings settings;
  AlertOverride slow;
  slow.endpoint = "/e2";
  slow.warning = 5.0;
  slow.critical = 9.0;
  AlertOverride strict;
  strict.plan = "partner";
  strict.warning = 0.5;
  settings.overrides = {slow, strict};
  AlertWorld world(settings);
  UsageRecord record = taking(kNow + 1, Millis(800));
  record.key = KeyId(7);
  world.call(record, EndpointId(2));
  world.call(taking(kNow + 1, Millis(3000)), EndpointId(2));
  world.advance(kNow + 2);
  EXPECT_EQ(world.find(AlertType::kResponseTime, AlertSubject::endpoint(EndpointId(2))), nullptr);
  EXPECT_NE(world.find(AlertType::kResponseTime, AlertSubject::key(KeyId(7))), nullptr);
  EXPECT_EQ(world.find(AlertType::kResponseTime, kKey)->severity, AlertSeverity::kCritical);
}

}  // namespace
}  // namespace weir
