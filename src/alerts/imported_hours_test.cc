#include "alerts/imported_hours.h"

#include <gtest/gtest.h>

#include "alerts/alert_fixture.h"

namespace weir {
namespace {

constexpr AlertHour kFirstHour = kTestStart / 3600;

UsageRecord imported(AlertHour hour, std::uint32_t key, std::uint32_t source = 1) {
  UsageRecord record = call_at(hour * 3600 + 60);
  record.key = KeyId(key);
  record.source = IpAddress::v4(source);
  return record;
}

TEST(ImportedHours, CountsByHourAndKeyAndOverAll) {
  MemoryHourHistory history(100);
  ImportedHours hours;
  EXPECT_TRUE(hours.empty());
  for (int i = 0; i < 3; ++i) hours.add(imported(kFirstHour, 7));
  hours.add(imported(kFirstHour, 8, 2));
  hours.add(imported(kFirstHour + 1, 7));
  hours.add(imported(kFirstHour, 0));  // under no key
  hours.merge(history, 0);
  EXPECT_TRUE(hours.empty());
  const HourCounts first{{.key = 0, .calls = 5, .sources = 2},
                         {.key = 7, .calls = 3, .sources = 1},
                         {.key = 8, .calls = 1, .sources = 1}};
  EXPECT_EQ(history.find(kFirstHour), first);
  EXPECT_EQ(history.find(kFirstHour + 1)->size(), 2U);
}

TEST(ImportedHours, AddsToWhatIsThereAndLeavesOldHoursOut) {
  MemoryHourHistory history(100);
  history.put(kFirstHour, {{.key = 0, .calls = 10, .sources = 4}});
  ImportedHours hours;
  hours.add(imported(kFirstHour, 7));
  hours.add(imported(kFirstHour - 5, 7));
  hours.merge(history, kFirstHour - 4);
  EXPECT_EQ(history.find(kFirstHour)->at(0).calls, 11U);
  EXPECT_EQ(history.find(kFirstHour)->at(0).sources, 4U);
  EXPECT_FALSE(history.find(kFirstHour - 5));
}

TEST(ImportedHours, NormalIsKnownFromWhatWasImported) {
  AlertWorld world;
  ImportedHours hours;
  // Three weeks: 600 calls each hour, but 60 in the hour of the week the test is in.
  for (AlertHour hour = kFirstHour - 3 * 168; hour < kFirstHour; ++hour) {
    const int calls = (kFirstHour - hour) % 168 == 0 ? 60 : 600;
    for (int i = 0; i < calls; ++i) hours.add(imported(hour, 7));
  }
  hours.merge(world.history, 0);
  EXPECT_EQ(world.engine.windows().baselines().of(7, {}).kind, BaselineKind::kNone);
  world.engine.learn_history();
  const Baseline normal = world.engine.windows().baselines().of(7, {});
  EXPECT_EQ(normal.kind, BaselineKind::kHourOfWeek);
  EXPECT_EQ(normal.calls_per_hour, 60);
  EXPECT_TRUE(world.engine.checkpoint_due());  // what was learnt is kept
}

}  // namespace
}  // namespace weir
