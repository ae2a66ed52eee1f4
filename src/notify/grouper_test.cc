#include "notify/grouper.h"

#include <optional>

#include <gtest/gtest.h>

namespace weir {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr UtcTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + hours(12)};

class GrouperTest : public ::testing::Test {
 protected:
  GrouperTest() {
    settings_.channels.resize(1);
    settings_.channels[0].name = "hook";
  }

  OutboxEvent event(std::uint64_t alert, std::string type, std::string severity, UtcTime at) {
    OutboxEvent event;
    event.id = ++last_id_;
    event.type = std::move(type);
    event.at = at;
    event.alert.alert_id = alert;
    event.alert.alert_type = "error_rate";
    event.alert.severity = std::move(severity);
    event.alert.environment = "production";
    event.alert.state = event.type == "alert.resolved"       ? "resolved"
                        : event.type == "alert.acknowledged" ? "acknowledged"
                                                             : "firing";
    return event;
  }

  void happens(std::uint64_t alert, std::string type, std::string severity, UtcTime at) {
    grouper_->add(event(alert, std::move(type), std::move(severity), at), settings_);
  }

  /// As the store would have it.
  std::vector<Message> messages(UtcTime now) {
    OutboxStep step;
    grouper_->take_due(settings_, now, step);
    for (const auto& row : step.groups) rows_[row.name] = row;
    for (const auto& name : step.forgotten_groups) rows_.erase(name);
    done_through_ = step.done_through;
    std::vector<Message> out;
    for (auto& delivery : step.deliveries) out.push_back(std::move(delivery.message));
    return out;
  }

  void restart() {
    grouper_.emplace([this] { return "msg_" + std::to_string(++last_message_); });
    std::vector<NotifyGroupRow> rows;
    for (const auto& [name, row] : rows_) rows.push_back(row);
    ASSERT_TRUE(grouper_->restore(rows));
  }

  NotifySettings settings_;
  std::uint64_t last_id_ = 0;
  int last_message_ = 0;
  std::map<std::string, NotifyGroupRow> rows_;
  std::uint64_t done_through_ = 0;
  std::optional<Grouper> grouper_{std::in_place, [this] { return "msg_" + std::to_string(++last_message_); }};
};

TEST_F(GrouperTest, WarningsWaitThirtySecondsForOthersOfTheirGroup) {
  happens(1, "alert.firing", "warning", kStart);
  happens(2, "alert.firing", "warning", kStart + Seconds(20));
  EXPECT_TRUE(messages(kStart + Seconds(29)).empty());
  EXPECT_EQ(done_through_, 0U);
  EXPECT_EQ(grouper_->next_due(settings_), kStart + Seconds(30));
  const auto sent = messages(kStart + Seconds(30));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].alerts.size(), 2U);
  EXPECT_EQ(sent[0].type, "alert.firing");
  EXPECT_EQ(sent[0].status, "firing");
  EXPECT_EQ(sent[0].still_firing, 2U);
  EXPECT_EQ(done_through_, 2U);
}

TEST_F(GrouperTest, ACriticalAlertGoesAtOnceAndTakesTheWaitingAlong) {
  happens(1, "alert.firing", "warning", kStart);
  happens(2, "alert.firing", "critical", kStart + Seconds(1));
  const auto sent = messages(kStart + Seconds(1));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].severity, "critical");
  ASSERT_EQ(sent[0].alerts.size(), 2U);
  EXPECT_EQ(sent[0].alerts[0].alert_id, 2U);
}

TEST_F(GrouperTest, LaterWarningsOfAGroupWaitForItsInterval) {
  happens(1, "alert.firing", "warning", kStart);
  ASSERT_EQ(messages(kStart + Seconds(30)).size(), 1U);
  happens(2, "alert.firing", "warning", kStart + Seconds(40));
  EXPECT_TRUE(messages(kStart + Seconds(329)).empty());
  const auto sent = messages(kStart + Seconds(330));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].alerts_total, 1U);
  EXPECT_EQ(sent[0].still_firing, 2U);
  EXPECT_EQ(sent[0].thread_id, "msg_1");
}

TEST_F(GrouperTest, RepeatsAfterFourHoursWhatFiresUntilItIsAcknowledged) {
  happens(1, "alert.firing", "warning", kStart);
  ASSERT_EQ(messages(kStart + Seconds(30)).size(), 1U);
  EXPECT_TRUE(messages(kStart + hours(4)).empty());
  const auto again = messages(kStart + hours(4) + Seconds(30));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_TRUE(again[0].repeat);
  EXPECT_EQ(again[0].alerts.size(), 1U);
  EXPECT_EQ(again[0].thread_id, "msg_1");
  EXPECT_NE(again[0].id, "msg_1");
  happens(1, "alert.acknowledged", "warning", kStart + hours(5));
  const auto acknowledged = messages(kStart + hours(5) + minutes(6));
  ASSERT_EQ(acknowledged.size(), 1U);
  EXPECT_EQ(acknowledged[0].status, "acknowledged");
  EXPECT_TRUE(messages(kStart + hours(20)).empty());
}

TEST_F(GrouperTest, AnIncidentIsOneThreadAndTheNextAnother) {
  happens(1, "alert.firing", "critical", kStart);
  const auto first = messages(kStart);
  happens(1, "alert.resolved", "critical", kStart + minutes(10));
  const auto last = messages(kStart + minutes(11));
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].type, "alert.resolved");
  EXPECT_EQ(last[0].status, "resolved");
  EXPECT_EQ(last[0].thread_id, first[0].id);
  EXPECT_TRUE(rows_.empty());
  happens(2, "alert.firing", "critical", kStart + minutes(30));
  const auto next = messages(kStart + minutes(30));
  EXPECT_EQ(next[0].thread_id, next[0].id);
}

TEST_F(GrouperTest, AWarningThatIsOverBeforeAnyoneWasToldIsNotTold) {
  happens(1, "alert.firing", "warning", kStart);
  happens(1, "alert.resolved", "warning", kStart + Seconds(10));
  EXPECT_TRUE(messages(kStart + Seconds(30)).empty());
  EXPECT_EQ(done_through_, 2U);
  EXPECT_TRUE(rows_.empty());
}

TEST_F(GrouperTest, TenThousandAlertsAtOnceAreFewMessagesThatCountThemAll) {
  std::size_t sent = 0;
  std::uint64_t counted = 0;
  std::uint64_t alert = 0;
  // They come within ten seconds, of nine types, every second one critical, and notify looks every 200 ms.
  for (int tick = 0; tick < 1500; ++tick) {
    const UtcTime now = kStart + Millis(200) * tick;
    for (int i = 0; tick < 50 && i < 200; ++i) {
      auto one = event(++alert, "alert.firing", i % 2 == 0 ? "critical" : "warning", now);
      one.alert.alert_type = "type" + std::to_string(i % 9);
      grouper_->add(one, settings_);
    }
    for (const auto& message : messages(now)) {
      ++sent;
      counted += message.alerts_total;
      EXPECT_LE(message.alerts.size(), kMessageAlertsMax);
    }
  }
  EXPECT_EQ(alert, 10'000U);
  EXPECT_LE(sent, 10U);
  for (int minute = 5; minute < 60; ++minute) {
    for (const auto& message : messages(kStart + minutes(minute))) counted += message.alerts_total;
  }
  EXPECT_EQ(counted, 10'000U);
}

TEST_F(GrouperTest, AKillBetweenAnyTwoStepsChangesNoMessage) {
  const std::vector<OutboxEvent> script = {
      event(1, "alert.firing", "warning", kStart),
      event(2, "alert.firing", "critical", kStart + Seconds(5)),
      event(3, "alert.firing", "warning", kStart + Seconds(50)),
      event(1, "alert.resolved", "warning", kStart + Seconds(90)),
      event(3, "alert.acknowledged", "warning", kStart + Seconds(400)),
      event(2, "alert.resolved", "critical", kStart + Seconds(800)),
      event(3, "alert.resolved", "warning", kStart + Seconds(900)),
  };
  const auto run = [&](bool kills) {
    rows_.clear();
    done_through_ = 0;
    last_message_ = 0;
    restart();
    std::size_t happened = 0;
    std::vector<Message> all;
    for (int second = 0; second < 2000; ++second) {
      const UtcTime now = kStart + Seconds(second);
      if (kills) {
        restart();
        for (std::size_t i = 0; i < happened; ++i) {
          if (script[i].id > done_through_) grouper_->add(script[i], settings_);
        }
      }
      for (; happened < script.size() && script[happened].at <= now; ++happened)
        grouper_->add(script[happened], settings_);
      for (auto& message : messages(now)) all.push_back(std::move(message));
    }
    return all;
  };
  const auto whole = run(false);
  EXPECT_EQ(whole.size(), 4U);
  EXPECT_EQ(whole.back().status, "resolved");
  EXPECT_EQ(run(true), whole);
}

TEST_F(GrouperTest, QuietHoursHoldWarningsAndLetCriticalOnesThrough) {
  settings_.quiet_hours = QuietHours{.from_minute = 11 * 60, .to_minute = 13 * 60};
  happens(1, "alert.firing", "warning", kStart);
  EXPECT_TRUE(messages(kStart + minutes(59)).empty());
  EXPECT_EQ(messages(kStart + hours(1)).size(), 1U);
  happens(2, "alert.firing", "critical", kStart + hours(23) + minutes(30));
  EXPECT_EQ(messages(kStart + hours(23) + minutes(30)).size(), 1U);
}

TEST_F(GrouperTest, ARowThatIsDamagedIsAnError) {
  const std::vector<NotifyGroupRow> rows{{"[\"hook\"]", 3, "{}"}};
  EXPECT_EQ(grouper_->restore(rows).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace weir
