#include "admin/event_ring.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

const UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

TEST(EventRing, GivesWhatCameAfterAnIdInOrder) {
  EventRing ring(kNow);
  ring.publish(LiveTopic::kTotals, "1", kNow);
  const auto first = ring.last_id();
  ring.publish(LiveTopic::kTotals, "2", kNow);
  ring.publish(LiveTopic::kAlert, "3", kNow + Seconds(1));
  ring.publish(LiveTopic::kTotals, "4", kNow + Seconds(1));
  const auto batch = ring.after(first, 10);
  ASSERT_EQ(batch.events.size(), 3U);
  EXPECT_EQ(batch.events[0].data, "2");
  EXPECT_EQ(batch.events[1].topic, LiveTopic::kAlert);
  EXPECT_EQ(batch.events[2].data, "4");
  EXPECT_LT(batch.events[0].id, batch.events[1].id);
  EXPECT_LT(batch.events[1].id, batch.events[2].id);
  EXPECT_TRUE(ring.after(ring.last_id(), 10).events.empty());
  EXPECT_EQ(ring.after(0, 1).events.size(), 1U);
}

TEST(EventRing, IsBoundedAndSaysWhatIsGone) {
  EventRing ring(kNow);
  ring.publish(LiveTopic::kTotals, "", kNow);
  const auto first = ring.last_id();
  for (std::size_t i = 0; i < EventRing::kEventsMax; ++i) ring.publish(LiveTopic::kTotals, "", kNow);
  EXPECT_EQ(ring.after(first, 1000).gone[0], first);
  EXPECT_EQ(ring.after(first, 1000).events.size(), EventRing::kEventsMax);
  ring.publish(LiveTopic::kTotals, "", kNow);
  EXPECT_GT(ring.after(first, 1000).gone[0], first);
}

TEST(EventRing, ABurstOfAlertsLeavesTheTotalsAndTheNewestAlerts) {
  EventRing ring(kNow);
  ring.publish(LiveTopic::kTotals, "first", kNow);
  std::uint64_t position = ring.last_id();
  const auto first = position;
  for (int second = 1; second <= 10; ++second) {
    for (int i = 0; i < 1000; ++i)
      ring.publish(LiveTopic::kAlert, std::to_string(second * 1000 + i), kNow + Seconds(second));
    ring.publish(LiveTopic::kTotals, std::to_string(second), kNow + Seconds(second));
  }
  std::vector<std::string> totals;
  std::vector<std::string> alerts;
  for (auto batch = ring.after(position, 100); !batch.events.empty(); batch = ring.after(position, 100)) {
    for (const LiveEvent& event : batch.events) {
      EXPECT_GT(event.id, position);
      position = event.id;
      (event.topic == LiveTopic::kTotals ? totals : alerts).push_back(event.data);
    }
  }
  EXPECT_EQ(totals, (std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}));
  ASSERT_EQ(alerts.size(), EventRing::kEventsMax);
  EXPECT_EQ(alerts.front(), "10700");
  EXPECT_EQ(alerts.back(), "10999");
  EXPECT_LT(ring.after(first, 1).gone[0], first);
  EXPECT_GT(ring.after(first, 1).gone[1], first);
}

TEST(EventRing, IdsGrowThoughTheClockIsSetBack) {
  EventRing ring(kNow);
  ring.publish(LiveTopic::kTotals, "", kNow);
  const auto before = ring.last_id();
  ring.publish(LiveTopic::kAlert, "", kNow - Seconds(100));
  EXPECT_GT(ring.last_id(), before);
}

TEST(EventRing, IdsOfALaterRunAreHigher) {
  EventRing first(kNow);
  for (int i = 0; i < 100; ++i) first.publish(LiveTopic::kTotals, "", kNow + Seconds(i));
  EventRing second(kNow + Seconds(100));
  second.publish(LiveTopic::kTotals, "", kNow + Seconds(100));
  EXPECT_GT(second.last_id(), first.last_id());
  for (const std::uint64_t gone : second.after(first.last_id(), 1).gone) EXPECT_GT(gone, first.last_id());
  for (const std::uint64_t gone : second.after(second.last_id(), 1).gone) EXPECT_LT(gone, second.last_id());
}

}  // namespace
}  // namespace weir
