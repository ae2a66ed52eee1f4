#include <gtest/gtest.h>

#include "alerts/alert_fixture.h"

namespace weir {
namespace {

constexpr AlertSecond kNow = kTestStart;
const AlertSubject kKey = AlertSubject::key(KeyId(1));
const AlertSubject kSource = AlertSubject::source("192.0.2.1");

TEST(UnauthorizedAccess, FiresWithTheSixthRefusalOfASourceInAnHour) {
  AlertWorld world;
  for (int i = 0; i < 5; ++i) world.call(refused_at(kNow + i * 600, Outcome::kUnknownKey, 401));
  world.advance(kNow + 3000);
  EXPECT_EQ(world.find(AlertType::kUnauthorizedAccess, kSource), nullptr);
  world.call(refused_at(kNow + 3001, Outcome::kMissingKey, 401));
  world.advance(kNow + 3002);
  const Alert* alert = world.find(AlertType::kUnauthorizedAccess, kSource);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->severity, AlertSeverity::kCritical);
  EXPECT_EQ(alert->numbers.value, 6);
}

TEST(UnauthorizedAccess, RefusalsAnHourApartDoNotAddUp) {
  AlertWorld world;
  for (int i = 0; i < 20; ++i) {
    world.call(refused_at(kNow + i * 800, Outcome::kUnknownKey, 401));
    world.advance(kNow + i * 800 + 10);
  }
  EXPECT_TRUE(world.events.empty());
}

TEST(UnauthorizedAccess, TakesAnIPv6NetworkOf64BitsAsOneSource) {
  AlertWorld world;
  for (int i = 0; i < 6; ++i) {
    UsageRecord record = refused_at(kNow + 1, Outcome::kUnknownKey, 401);
    record.source = IpAddress::parse("2001:db8:1:2::" + std::to_string(i + 1)).value();
    world.call(record);
  }
  world.advance(kNow + 2);
  EXPECT_NE(world.find(AlertType::kUnauthorizedAccess, AlertSubject::source("2001:db8:1:2::/64")), nullptr);
}

TEST(UnauthorizedAccess, CountsForTheKeyWhenItIsKnown) {
  AlertWorld world;
  for (int i = 0; i < 6; ++i) world.call(refused_at(kNow + 1, Outcome::kNotAllowed, 403));
  world.advance(kNow + 2);
  EXPECT_NE(world.find(AlertType::kUnauthorizedAccess, kKey), nullptr);
  EXPECT_EQ(world.find(AlertType::kUnauthorizedAccess, kSource), nullptr);
}

LimitUse use_of(std::uint32_t used, std::uint8_t window = 0, std::uint32_t reset = 30) {
  return {.key = KeyId(1), .window = window, .limit = 100, .used = used, .reset_seconds = reset};
}

TEST(RateLimitApproaching, WarnsAtEightyPercentAndNotBelow) {
  AlertWorld world;
  world.calls(kNow + 1, 1);
  const LimitUse below = use_of(79);
  world.advance(kNow + 2, {.limits = {&below, 1}, .expiring = {}, .channels = {}});
  EXPECT_EQ(world.find(AlertType::kRateLimitApproaching, kKey), nullptr);
  const LimitUse at = use_of(80);
  world.advance(kNow + 3, {.limits = {&at, 1}, .expiring = {}, .channels = {}});
  const Alert* alert = world.find(AlertType::kRateLimitApproaching, kKey);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->severity, AlertSeverity::kWarning);
  EXPECT_EQ(alert->numbers.rule, "minute");
}

TEST(RateLimitApproaching, ARefusedCallMakesItCriticalInPlace) {
  AlertWorld world;
  const LimitUse all = use_of(100);
  world.calls(kNow + 1, 1);
  world.advance(kNow + 2, {.limits = {&all, 1}, .expiring = {}, .channels = {}});
  const AlertId id = world.find(AlertType::kRateLimitApproaching, kKey)->id;
  UsageRecord refused = refused_at(kNow + 3, Outcome::kLimited, 429);
  refused.refused_window = 0;
  world.call(refused);
  world.advance(kNow + 4);
  const Alert* alert = world.find(AlertType::kRateLimitApproaching, kKey);
  EXPECT_EQ(alert->id, id);
  EXPECT_EQ(alert->severity, AlertSeverity::kCritical);
  EXPECT_EQ(world.count(AlertEventKind::kWorsened, AlertType::kRateLimitApproaching), 1U);
}

TEST(RateLimitApproaching, AClientThatFillsEveryMinuteDoesNotFlap) {
  AlertWorld world;
  for (AlertSecond second = kNow; second < kNow + 1200; ++second) {
    const LimitUse use = use_of(static_cast<std::uint32_t>((second - kNow) % 60 * 3 / 2), 0,
                                static_cast<std::uint32_t>(60 - (second - kNow) % 60));
    world.calls(second, 1);
    world.advance(second + 1, {.limits = {&use, 1}, .expiring = {}, .channels = {}});
  }
  EXPECT_EQ(world.count(AlertEventKind::kFired, AlertType::kRateLimitApproaching), 1U);
  EXPECT_EQ(world.count(AlertEventKind::kResolved, AlertType::kRateLimitApproaching), 0U);
}

TEST(RateLimitApproaching, AWindowOfTenSecondsMustComeCloseThreeTimes) {
  AlertWorld world;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.find(AlertType::kRateLimitApproaching, kKey), nullptr);
    const LimitUse use = use_of(95, 1, 4);
    world.calls(kNow + 1 + i * 20, 1);
    world.advance(kNow + 2 + i * 20, {.limits = {&use, 1}, .expiring = {}, .channels = {}});
  }
  EXPECT_NE(world.find(AlertType::kRateLimitApproaching, kKey), nullptr);
}

TEST(KeyAbuse, ADeactivatedKeyInUseIsAnAlertWithTheFirstCall) {
  AlertWorld world;
  world.call(refused_at(kNow + 1, Outcome::kInactiveKey, 403));
  world.advance(kNow + 2);
  const Alert* alert = world.find(AlertType::kKeyAbuse, kKey);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->numbers.rule, "dead_key");
}

TEST(KeyAbuse, ScanningUnknownPathsIsFoundAndAFewAreNot) {
  AlertWorld world;
  std::vector<std::string> paths;
  for (int i = 0; i < 80; ++i) paths.push_back("/admin/" + std::to_string(i));
  for (int i = 0; i < 80; ++i) {
    UsageRecord record = call_at(kNow + i);
    record.status = 404;
    record.path = paths[static_cast<std::size_t>(i)];
    world.call(record, EndpointId());
    world.advance(kNow + i + 1);
    if (i == 40) {
      EXPECT_EQ(world.find(AlertType::kKeyAbuse, kKey), nullptr);
    }
  }
  const Alert* alert = world.find(AlertType::kKeyAbuse, kKey);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->numbers.rule, "scanning");
}

TEST(KeyAbuse, AScannerThatIsSilentForAWhileIsOneAlertForItsHour) {
  AlertWorld world;
  std::vector<std::string> paths;
  for (int i = 0; i < 80; ++i) paths.push_back("/admin/" + std::to_string(i));
  for (const std::string& path : paths) {
    UsageRecord call = call_at(kTestStart + 10);
    call.status = 404;
    call.path = path;
    world.call(call);
  }
  world.advance(kTestStart + 20);
  EXPECT_EQ(world.count(AlertEventKind::kFired, AlertType::kKeyAbuse), 1U);
  world.advance(kTestStart + 1800);
  world.calls(kTestStart + 1800, 1);
  world.advance(kTestStart + 3500);
  EXPECT_EQ(world.count(AlertEventKind::kFired, AlertType::kKeyAbuse), 1U);
  EXPECT_EQ(world.count(AlertEventKind::kResolved, AlertType::kKeyAbuse), 0U);
  world.calls(kTestStart + 3605, 1);
  world.advance(kTestStart + 3800);
  EXPECT_EQ(world.count(AlertEventKind::kResolved, AlertType::kKeyAbuse), 1U);
}

TEST(KeyAbuse, AThresholdOfAFewUnknownPathsHoldsForAnHourToo) {
  AlertSettings settings;
  settings.key_abuse.unknown_paths = 2;
  AlertWorld world(settings);
  for (const char* path : {"/a", "/b", "/c"}) {
    UsageRecord call = call_at(kTestStart + 10);
    call.status = 404;
    call.path = path;
    world.call(call);
  }
  world.advance(kTestStart + 1800);
  EXPECT_EQ(world.count(AlertEventKind::kFired, AlertType::kKeyAbuse), 1U);
  EXPECT_EQ(world.count(AlertEventKind::kResolved, AlertType::kKeyAbuse), 0U);
}

TEST(KeyAbuse, FarMoreSourcesThanNormalIsFound) {
  AlertWorld world;
  for (int hour = 0; hour < 25; ++hour) {
    for (int i = 0; i < 10; ++i) world.calls(kNow + hour * 3600 + i * 60, 1);
    world.advance(kNow + (hour + 1) * 3600);
  }
  const AlertSecond from = kNow + 25 * 3600;
  for (std::uint32_t i = 0; i < 40; ++i) {
    UsageRecord record = call_at(from + i);
    record.source = IpAddress::v4(0x0A000000 + i);
    world.call(record);
  }
  world.advance(from + 60);
  const Alert* alert = world.find(AlertType::kKeyAbuse, kKey);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->numbers.rule, "sources");
  EXPECT_EQ(alert->severity, AlertSeverity::kCritical);
}

TEST(KeyAbuse, MostlyRefusedForTenMinutesIsFoundAndForFiveIsNot) {
  AlertWorld world;
  for (AlertSecond second = kNow; second < kNow + 800; ++second) {
    for (int i = 0; i < 2; ++i) world.call(refused_at(second, Outcome::kLimited, 429));
    world.calls(second, 1);
    world.advance(second + 1);
    if (second == kNow + 300) {
      EXPECT_EQ(world.find(AlertType::kKeyAbuse, kKey), nullptr);
    }
  }
  const Alert* alert = world.find(AlertType::kKeyAbuse, kKey);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->numbers.rule, "mostly_refused");
}

TEST(Health, EachFactIsAnAlertAboveItsThresholdAndNotBelow) {
  AlertWorld world;
  const KeyExpiry soon{.key = KeyId(3), .expires_at = at_second(kNow + 6 * 86400)};
  const KeyExpiry later{.key = KeyId(4), .expires_at = at_second(kNow + 8 * 86400)};
  const KeyExpiry expiring[] = {soon, later};
  const ChannelHealth channels[] = {{.name = "hook", .failed = 1}, {.name = "mail", .failed = 0}};
  const AlertInputs inputs{.limits = {}, .expiring = expiring, .channels = channels, .dropped_recently = 1};
  world.advance(kNow + 10, inputs);
  EXPECT_EQ(world.find(AlertType::kKeyExpiring, AlertSubject::key(KeyId(3)))->severity,
            AlertSeverity::kWarning);
  EXPECT_EQ(world.find(AlertType::kKeyExpiring, AlertSubject::key(KeyId(4))), nullptr);
  EXPECT_NE(world.find(AlertType::kDeliveryFailed, AlertSubject::channel("hook")), nullptr);
  EXPECT_EQ(world.find(AlertType::kDeliveryFailed, AlertSubject::channel("mail")), nullptr);
  EXPECT_EQ(world.find(AlertType::kRecordsDropped, AlertSubject::overall())->severity,
            AlertSeverity::kCritical);
  world.advance(kNow + 100);
  EXPECT_TRUE(world.engine.book().active.empty());
}

TEST(UpstreamDown, FiresAboveHalfOfFiveCallsAndResolvesWhenItIsBack) {
  AlertWorld world;
  const auto failed = [&](AlertSecond second) {
    UsageRecord record = call_at(second);
    record.outcome = Outcome::kUpstreamUnavailable;
    record.status = 502;
    record.upstream_time = Micros(0);
    world.call(record);
  };
  world.calls(kNow + 1, 2);
  failed(kNow + 1);
  failed(kNow + 1);
  world.advance(kNow + 2);
  EXPECT_EQ(world.find(AlertType::kUpstreamDown, AlertSubject::overall()), nullptr);
  failed(kNow + 3);
  world.advance(kNow + 4);
  EXPECT_EQ(world.find(AlertType::kUpstreamDown, AlertSubject::overall())->severity, AlertSeverity::kWarning);
  for (AlertSecond second = kNow + 5; second < kNow + 100; ++second) world.calls(second, 1);
  world.advance(kNow + 120);
  EXPECT_EQ(world.find(AlertType::kUpstreamDown, AlertSubject::overall()), nullptr);
  EXPECT_EQ(world.count(AlertEventKind::kResolved, AlertType::kUpstreamDown), 1U);
}

}  // namespace
}  // namespace weir
