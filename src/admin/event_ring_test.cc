#include "admin/event_ring.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

const UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

TEST(EventRing, GivesWhatCameAfterAnIdInOrder) {
  EventRing ring;
  ring.publish("totals", "1", kNow);
  const auto first = ring.last_id();
  ring.publish("totals", "2", kNow);
  ring.publish("alert", "3", kNow + Seconds(1));
  const auto batch = ring.after(first, 10);
  ASSERT_EQ(batch.events.size(), 2U);
  EXPECT_EQ(batch.events[0].data, "2");
  EXPECT_EQ(batch.events[1].type, "alert");
  EXPECT_LT(batch.events[0].id, batch.events[1].id);
  EXPECT_FALSE(batch.missed);
  EXPECT_TRUE(ring.after(ring.last_id(), 10).events.empty());
  EXPECT_EQ(ring.after(0, 1).events.size(), 1U);
}

TEST(EventRing, IsBoundedAndSaysWhenAReaderMissedSome) {
  EventRing ring;
  ring.publish("totals", "", kNow);
  const auto first = ring.last_id();
  for (std::size_t i = 0; i < EventRing::kEventsMax; ++i) ring.publish("totals", "", kNow);
  EXPECT_FALSE(ring.after(first, 1000).missed);
  EXPECT_EQ(ring.after(first, 1000).events.size(), EventRing::kEventsMax);
  ring.publish("totals", "", kNow);
  EXPECT_TRUE(ring.after(first, 1000).missed);
}

TEST(EventRing, IdsGrowThoughTheClockIsSetBack) {
  EventRing ring;
  ring.publish("totals", "", kNow);
  const auto before = ring.last_id();
  ring.publish("totals", "", kNow - Seconds(100));
  EXPECT_GT(ring.last_id(), before);
}

TEST(EventRing, IdsOfALaterRunAreHigher) {
  EventRing first;
  for (int i = 0; i < 100; ++i) first.publish("totals", "", kNow + Seconds(i));
  EventRing second;
  second.publish("totals", "", kNow + Seconds(100));
  EXPECT_GT(second.last_id(), first.last_id());
}

}  // namespace
}  // namespace weir
