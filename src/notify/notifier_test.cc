#include "notify/notifier.h"

#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "store/store.h"

namespace weir {
namespace {

constexpr UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours(10)};
constexpr Millis kMost{60'000};

class NotifierTest : public testing::Test {
 protected:
  NotifierTest() {
    auto store = open_sqlite_store(folder_.path() / "data");
    EXPECT_TRUE(store) << store.error().detail;
    store_ = *std::move(store);
    settings_.channels.resize(1);
    settings_.channels[0].name = "hook";
    settings_.grouping.wait = Seconds(30);
  }

  void happens(std::string severity) {
    OutboxEvent event;
    event.type = "alert.firing";
    event.at = kNow;
    event.alert.alert_id = 1;
    event.alert.alert_type = "error_rate";
    event.alert.severity = std::move(severity);
    event.alert.state = "firing";
    ASSERT_TRUE(store_->outbox().append(std::span(&event, 1)));
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  NotifySettings settings_;
};

TEST_F(NotifierTest, NothingIsDueByTimeAloneWhenNothingHappened) {
  auto notifier = Notifier::create(settings_, store_->outbox(), "weir/test");
  ASSERT_TRUE(notifier) << notifier.error().detail;
  EXPECT_EQ((*notifier)->until_due(kNow, kMost), kMost);
  ASSERT_TRUE((*notifier)->step(kNow));
  EXPECT_EQ((*notifier)->until_due(kNow, kMost), kMost);
}

TEST_F(NotifierTest, AGroupThatWaitsForMoreIsDueWhenItsWaitEnds) {
  auto notifier = Notifier::create(settings_, store_->outbox(), "weir/test");
  ASSERT_TRUE(notifier) << notifier.error().detail;
  happens("warning");
  ASSERT_TRUE((*notifier)->step(kNow));
  EXPECT_EQ((*notifier)->until_due(kNow, kMost), Millis(30'000));
  EXPECT_EQ((*notifier)->until_due(kNow + Millis(29'000), kMost), Millis(1000));
  EXPECT_EQ((*notifier)->until_due(kNow, Millis(1000)), Millis(1000));
  // What is overdue is looked for again soon, not at once.
  EXPECT_EQ((*notifier)->until_due(kNow + Millis(31'000), kMost), Millis(200));
}

TEST_F(NotifierTest, ARetryIsDueAtItsTime) {
  Delivery delivery;
  delivery.channel = "hook";
  delivery.message.id = "msg_1";
  delivery.created_at = kNow;
  delivery.next_attempt_at = kNow + Seconds(12);
  OutboxStep step;
  step.deliveries.push_back(delivery);
  ASSERT_TRUE(store_->outbox().commit(step));
  auto notifier = Notifier::create(settings_, store_->outbox(), "weir/test");
  ASSERT_TRUE(notifier) << notifier.error().detail;
  ASSERT_TRUE((*notifier)->step(kNow));
  EXPECT_EQ((*notifier)->until_due(kNow, kMost), Millis(12'000));
}

}  // namespace
}  // namespace weir
