#include "notify/routing.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr UtcTime kMidnight{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

ChannelSettings channel(std::string name, ChannelKind kind) {
  ChannelSettings settings;
  settings.name = std::move(name);
  settings.kind = kind;
  return settings;
}

NotifySettings three_channels() {
  NotifySettings settings;
  settings.channels = {channel("hook", ChannelKind::kWebhook), channel("mail", ChannelKind::kEmail),
                       channel("pager", ChannelKind::kPagerDuty)};
  return settings;
}

OutboxEvent event(std::string type, std::string severity, std::string subject = "/orders") {
  OutboxEvent event;
  event.alert.alert_type = std::move(type);
  event.alert.severity = std::move(severity);
  event.alert.subject = std::move(subject);
  event.alert.environment = "production";
  return event;
}

std::vector<std::string> names(const std::vector<Destination>& destinations) {
  std::vector<std::string> out;
  for (const auto& destination : destinations) out.push_back(destination.channel);
  return out;
}

using Names = std::vector<std::string>;

TEST(Routing, WithoutRoutesEveryChannelIsTold) {
  EXPECT_EQ(names(destinations_of(event("error_rate", "warning"), three_channels())),
            (Names{"hook", "mail", "pager"}));
}

TEST(Routing, TheFirstMatchWinsUnlessItSaysGoOn) {
  auto settings = three_channels();
  settings.routes.resize(3);
  settings.routes[0].severities = {"critical"};
  settings.routes[0].channels = {"pager"};
  settings.routes[0].go_on = true;
  settings.routes[1].types = {"error_rate", "response_time"};
  settings.routes[1].channels = {"mail"};
  settings.routes[1].recipients = {"ops@example.com"};
  settings.routes[2].channels = {"hook", "pager"};
  EXPECT_EQ(names(destinations_of(event("error_rate", "critical"), settings)), (Names{"pager", "mail"}));
  EXPECT_EQ(destinations_of(event("error_rate", "warning"), settings),
            (std::vector<Destination>{{"mail", {"ops@example.com"}}}));
  EXPECT_EQ(names(destinations_of(event("usage_spike", "warning"), settings)), (Names{"hook", "pager"}));
  EXPECT_EQ(names(destinations_of(event("usage_spike", "critical"), settings)), (Names{"pager", "hook"}));
}

TEST(Routing, SubjectsAndEnvironmentsNarrowARoute) {
  auto settings = three_channels();
  settings.routes.resize(1);
  settings.routes[0].subjects = {"/pay*", "/orders/*/items"};
  settings.routes[0].environments = {"production"};
  settings.routes[0].channels = {"pager"};
  EXPECT_EQ(destinations_of(event("error_rate", "warning", "/payments"), settings).size(), 1U);
  EXPECT_EQ(destinations_of(event("error_rate", "warning", "/orders/{id}/items"), settings).size(), 1U);
  EXPECT_TRUE(destinations_of(event("error_rate", "warning", "/orders"), settings).empty());
  auto staging = event("error_rate", "warning", "/payments");
  staging.alert.environment = "staging";
  EXPECT_TRUE(destinations_of(staging, settings).empty());
}

TEST(Routing, AStepOfAnEscalationNamesItsChannels) {
  auto settings = three_channels();
  auto escalated = event("error_rate", "warning");
  escalated.channels = {"pager", "pager", "gone"};
  EXPECT_EQ(names(destinations_of(escalated, settings)), (Names{"pager"}));
  escalated.channels = {"gone"};  // removed since: better everybody than nobody
  EXPECT_EQ(destinations_of(escalated, settings).size(), 3U);
}

TEST(Routing, APatternsStarStandsForAnyCharacters) {
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("a*c*e", "abcde"));
  EXPECT_TRUE(matches_pattern("*ab", "aab"));
  EXPECT_TRUE(matches_pattern("", ""));
  EXPECT_FALSE(matches_pattern("", "a"));
  EXPECT_FALSE(matches_pattern("a*b", "abc"));
  EXPECT_FALSE(matches_pattern("a?c", "abc"));
}

TEST(QuietHours, HoldWarningsUntilTheirEndAndNeverCriticalOnesUnlessTold) {
  QuietHours quiet{.from_minute = 22 * 60, .to_minute = 7 * 60};
  const auto late = kMidnight + hours(23);
  EXPECT_EQ(quiet_until(quiet, "mail", false, late), kMidnight + hours(31));
  EXPECT_EQ(quiet_until(quiet, "mail", false, kMidnight + hours(3)), kMidnight + hours(7));
  EXPECT_FALSE(quiet_until(quiet, "mail", false, kMidnight + hours(7)));
  EXPECT_FALSE(quiet_until(quiet, "mail", false, kMidnight + hours(12)));
  EXPECT_FALSE(quiet_until(quiet, "mail", true, late));
  quiet.mute_critical = true;
  EXPECT_TRUE(quiet_until(quiet, "mail", true, late));
}

TEST(QuietHours, FollowTheOffsetFromUtcAndTheirChannels) {
  QuietHours quiet{.from_minute = 22 * 60, .to_minute = 7 * 60, .utc_offset_minutes = 330};
  quiet.channels = {"mail"};
  // 16:30 UTC is 22:00 there.
  EXPECT_FALSE(quiet_until(quiet, "mail", false, kMidnight + hours(16) + minutes(29)));
  EXPECT_EQ(quiet_until(quiet, "mail", false, kMidnight + hours(16) + minutes(30)),
            kMidnight + hours(25) + minutes(30));
  EXPECT_FALSE(quiet_until(quiet, "pager", false, kMidnight + hours(18)));
}

TEST(QuietHours, WithinOneDay) {
  const QuietHours quiet{.from_minute = 60, .to_minute = 120};
  EXPECT_EQ(quiet_until(quiet, "x", false, kMidnight + minutes(60)), kMidnight + minutes(120));
  EXPECT_FALSE(quiet_until(quiet, "x", false, kMidnight + minutes(59)));
  EXPECT_FALSE(quiet_until(quiet, "x", false, kMidnight + minutes(120)));
}

}  // namespace
}  // namespace weir
