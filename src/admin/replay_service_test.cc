#include "admin/replay_service.h"

#include <filesystem>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "base/temporary_folder.h"

namespace weir {
namespace {

using testing::HasSubstr;

constexpr UtcTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{10}};

class ReplayServiceTest : public testing::Test {
 protected:
  ReplayServiceTest() : store_(open_sqlite_store(folder_.path()).value()) { make_service(); }

  void make_service() {
    service_ = std::make_unique<ReplayService>(ReplayService::Parts{
        .clock = clock_,
        .store = *store_,
        .environment = "test",
        .names = {.endpoint = {}, .key = [](KeyId id) { return "key" + std::to_string(id.value()); }},
        .endpoints = [this] { return names_; },
        .settings = [this]() -> Result<AlertSettings> {
          while (blocked_) std::this_thread::yield();
          return AlertSettings();
        },
        .limits = [] { return LimitSettings(); },
        .route_costs = [this] { return costs_; }});
  }

  /// A call a second for ten minutes, with slow ones in the third to the fifth minute.
  void store_calls(std::size_t each = 1) {
    std::vector<UsageRecord> records;
    for (int second = 0; second < 600; ++second) {
      UsageRecord record;
      record.at = kStart + Seconds(second);
      record.key = KeyId(1);
      record.status = 200;
      record.response_time = record.upstream_time =
          second >= 120 && second < 300 ? Micros(Millis(1500)) : Micros(Millis(20));
      record.source = IpAddress::v4(0xC0000201);
      record.path = "/slow";
      for (std::size_t i = 0; i < each; ++i) records.push_back(record);
    }
    std::vector<CallEntry> entries;
    for (std::size_t i = 0; i < records.size(); ++i) {
      entries.push_back({.journal = 0,
                         .next = {(i + 1) * 10},
                         .record = &records[i],
                         .refused_window = {},
                         .endpoint = "/slow"});
    }
    ASSERT_TRUE(store_->calls().append(entries));
  }

  static ReplayQuestion question() {
    return {.from = kStart, .to = kStart + Seconds(900), .settings = {}, .limits = {}};
  }

  boost::json::object wait_for(std::uint32_t id) {
    for (;;) {
      auto state = service_->get(id).value();
      const auto name = state.at("state").as_string();
      if (name != "waiting" && name != "running") return state;
      std::this_thread::yield();
    }
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<Store> store_;
  SharedEndpointNames names_ = std::make_shared<const EndpointNames>(std::vector<std::string>{"/items"});
  RouteCosts costs_;
  std::atomic<bool> blocked_{false};
  std::unique_ptr<ReplayService> service_;
};

TEST_F(ReplayServiceTest, SaysWhichAlertsProposedSettingsWouldHaveRaised) {
  store_calls();
  ReplayQuestion asked = question();
  asked.settings.emplace();
  asked.settings->rule(AlertType::kResponseTime).warning = 2;
  const auto started = service_->start("ada", asked).value();
  EXPECT_EQ(started.at("id"), 1U);
  EXPECT_EQ(started.at("by"), "ada");
  const auto done = wait_for(1);
  ASSERT_EQ(done.at("state"), "done") << done;
  EXPECT_EQ(done.at("calls_read"), 600U);
  EXPECT_EQ(done.at("calls_total"), 600U);
  const auto& alerts = done.at("result").at("alerts").as_object();
  EXPECT_EQ(alerts.at("calls"), 600U);
  const auto& items = alerts.at("items").as_array();
  ASSERT_EQ(items.size(), 2U);  // the endpoint and the key
  const auto& slow = items[0].as_object();
  EXPECT_EQ(slow.at("type"), "response_time");
  EXPECT_EQ(slow.at("fired_by"), "in_force");
  EXPECT_TRUE(slow.at("proposed").is_null());
  EXPECT_EQ(slow.at("subject").at("name"), "endpoint /slow");  // a name the table does not have
  const auto& side = slow.at("in_force").as_object();
  EXPECT_EQ(side.at("severity"), "warning");
  EXPECT_EQ(side.at("started_at"), boost::json::value(to_rfc3339(kStart + Seconds(125))));
  EXPECT_GT(side.at("seconds").to_number<double>(), 200);
  EXPECT_TRUE(done.at("result").at("limits").is_null());
}

TEST_F(ReplayServiceTest, SaysWhomProposedLimitsWouldHaveRefused) {
  store_calls(3);
  ReplayQuestion asked = question();
  asked.limits.emplace();
  asked.limits->windows = {{"minute", 60, 100}};
  static_cast<void>(service_->start("ada", asked));
  const auto done = wait_for(1);
  const auto& limits = done.at("result").at("limits").as_object();
  EXPECT_EQ(limits.at("calls"), 1800U);
  EXPECT_EQ(limits.at("refused_proposed"), 800U);  // 180 a minute, 100 are allowed
  EXPECT_EQ(limits.at("refused_then"), 0U);
  const auto& key = limits.at("items").as_array().at(0).as_object();
  EXPECT_EQ(key.at("name"), "key1");
  EXPECT_EQ(key.at("proposed").at("first_refused_at"), boost::json::value(to_rfc3339(kStart + Seconds(33))));
  EXPECT_EQ(key.at("proposed").at("windows").at(0).at("peak"), 100U);
}

TEST_F(ReplayServiceTest, ACallCostsWhatTheRouteOfItsPathCosts) {
  store_calls(3);
  costs_ = RouteCosts({{"/", 1}, {"/slow", 4}});
  ReplayQuestion asked = question();
  asked.limits.emplace();
  asked.limits->windows = {{"minute", 60, 100}};
  static_cast<void>(service_->start("ada", asked));
  const auto done = wait_for(1);
  const auto& limits = done.at("result").at("limits").as_object();
  EXPECT_EQ(limits.at("calls"), 1800U);
  EXPECT_EQ(limits.at("refused_proposed"), 1550U);  // of 180 a minute 25 are allowed
  const auto& key = limits.at("items").as_array().at(0).as_object();
  EXPECT_EQ(key.at("proposed").at("windows").at(0).at("peak"), 100U);
}

TEST_F(ReplayServiceTest, TwoAtOnceAreTheMost) {
  blocked_ = true;
  ASSERT_TRUE(service_->start("ada", question()));
  ASSERT_TRUE(service_->start("ada", question()));
  const auto third = service_->start("ada", question());
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kFull);
  // The one that waits is cancelled at once and leaves its place.
  ASSERT_TRUE(service_->remove(2));
  EXPECT_TRUE(service_->start("ada", question()));
  blocked_ = false;
  EXPECT_EQ(wait_for(1).at("state"), "done");
  EXPECT_EQ(wait_for(2).at("state"), "cancelled");
  EXPECT_EQ(wait_for(3).at("state"), "done");
  EXPECT_EQ(service_->list().size(), 3U);
  ASSERT_TRUE(service_->remove(3));
  EXPECT_FALSE(service_->get(3));
}

TEST_F(ReplayServiceTest, RefusesATimeThatIsNone) {
  ReplayQuestion asked = question();
  asked.to = asked.from;
  EXPECT_THAT(service_->start("ada", asked).error().detail, HasSubstr("to: must be after from"));
  asked.to = asked.from + std::chrono::days(93);
  EXPECT_THAT(service_->start("ada", asked).error().detail, HasSubstr("at most 92 days"));
}

TEST_F(ReplayServiceTest, LearnsFromCallsBeforeItsTime) {
  // A call each ten seconds for two days, then five a second: a spike, known only from what was before.
  std::vector<UsageRecord> records;
  for (int i = 0; i < 2 * 8640; ++i) {
    UsageRecord record;
    record.at = kStart - std::chrono::hours(48) + Seconds(10 * i);
    record.key = KeyId(1);
    record.status = 200;
    record.path = "/items";
    records.push_back(record);
  }
  for (int i = 0; i < 3000; ++i) {
    UsageRecord record = records[0];
    record.at = kStart + Millis(200) * i;
    records.push_back(record);
  }
  std::vector<CallEntry> entries;
  for (std::size_t i = 0; i < records.size(); ++i)
    entries.push_back({.journal = 0, .next = {(i + 1) * 10}, .record = &records[i], .refused_window = {}});
  ASSERT_TRUE(store_->calls().append(entries));
  static_cast<void>(service_->start("ada", question()));
  const auto done = wait_for(1);
  const auto& counts = done.at("result").at("alerts").at("counts").as_array();
  ASSERT_EQ(counts.at(0).at("type"), "usage_spike") << done;
  EXPECT_EQ(counts.at(0).at("in_force"), 2U);  // of the key and of everything
}

}  // namespace
}  // namespace weir
