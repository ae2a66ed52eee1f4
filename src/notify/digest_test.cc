#include "notify/digest.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

UtcTime at(const char* text) {
  return parse_rfc3339(text).value();
}

// 2026-11-23 is a Monday.
const DigestSettings kMondays{.channel = "mail", .recipients = {}};

TEST(Digest, IsAboutTheSevenWholeDaysBeforeItsDay) {
  const DigestWeek week = latest_week(kMondays, at("2026-11-23T08:00:00Z"));
  EXPECT_EQ(week.due, at("2026-11-23T08:00:00Z"));
  EXPECT_EQ(week.from, at("2026-11-16T00:00:00Z"));
  EXPECT_EQ(week.to, at("2026-11-23T00:00:00Z"));
}

TEST(Digest, TheLatestHourIsAtMostAWeekAgo) {
  EXPECT_EQ(latest_week(kMondays, at("2026-11-23T07:59:59.999999Z")).due, at("2026-11-16T08:00:00Z"));
  EXPECT_EQ(latest_week(kMondays, at("2026-11-29T23:59:59Z")).due, at("2026-11-23T08:00:00Z"));
  EXPECT_EQ(next_week(kMondays, at("2026-11-23T08:00:00Z")).due, at("2026-11-30T08:00:00Z"));
  EXPECT_EQ(next_week(kMondays, at("2026-11-23T07:59:00Z")).due, at("2026-11-23T08:00:00Z"));
}

TEST(Digest, DaysAndHourAreOfItsOffset) {
  DigestSettings settings = kMondays;
  settings.utc_offset_minutes = 13 * 60;
  settings.minute = 60;
  const DigestWeek week = latest_week(settings, at("2026-11-22T12:00:00Z"));  // 01:00 on Monday there
  EXPECT_EQ(week.due, at("2026-11-22T12:00:00Z"));
  EXPECT_EQ(week.to, at("2026-11-22T11:00:00Z"));
  settings.utc_offset_minutes = -8 * 60;
  EXPECT_EQ(latest_week(settings, at("2026-11-23T09:00:00Z")).due, at("2026-11-23T09:00:00Z"));
  EXPECT_EQ(latest_week(settings, at("2026-11-23T08:59:00Z")).due, at("2026-11-16T09:00:00Z"));
}

TEST(Digest, EveryDayOfTheWeekIsFound) {
  for (unsigned day = 0; day < 7; ++day) {
    DigestSettings settings = kMondays;
    settings.weekday = std::chrono::weekday(day);
    const DigestWeek week = latest_week(settings, at("2026-11-25T12:00:00Z"));
    EXPECT_EQ(std::chrono::weekday(std::chrono::floor<std::chrono::days>(week.due)), settings.weekday);
    EXPECT_LT(at("2026-11-25T12:00:00Z") - week.due, std::chrono::days(7));
    EXPECT_LE(week.due, at("2026-11-25T12:00:00Z"));
  }
}

TEST(Digest, ANewScheduleBeginsWithItsNextHour) {
  const auto first = next_digest(kMondays, {}, at("2026-11-23T08:00:01Z"));
  EXPECT_FALSE(first.week);
  EXPECT_FALSE(next_digest(kMondays, first.memory, at("2026-11-30T07:59:59Z")).week);
  const auto due = next_digest(kMondays, first.memory, at("2026-11-30T08:00:00Z"));
  ASSERT_TRUE(due.week);
  EXPECT_EQ(due.week->to, at("2026-11-30T00:00:00Z"));
  EXPECT_FALSE(next_digest(kMondays, due.memory, at("2026-11-30T08:00:00Z")).week);
  EXPECT_TRUE(next_digest(kMondays, due.memory, at("2026-12-07T08:00:00Z")).week);
}

TEST(Digest, OfHoursThatPassedMeanwhileTheLatestIsMadeGood) {
  const auto held = next_digest(kMondays, {}, at("2026-11-01T00:00:00Z")).memory;
  const auto late = next_digest(kMondays, held, at("2026-11-29T12:00:00Z"));
  ASSERT_TRUE(late.week);
  EXPECT_EQ(late.week->due, at("2026-11-23T08:00:00Z"));
  EXPECT_FALSE(next_digest(kMondays, late.memory, at("2026-11-29T12:00:01Z")).week);
}

TEST(Digest, NoWeekIsToldTwiceThoughItsHourMoves) {
  auto memory = next_digest(kMondays, {}, at("2026-11-20T00:00:00Z")).memory;
  memory = next_digest(kMondays, memory, at("2026-11-23T08:00:00Z")).memory;
  DigestSettings later = kMondays;
  later.minute = 9 * 60;
  memory = next_digest(std::nullopt, memory, at("2026-11-23T08:10:00Z")).memory;
  memory = next_digest(later, memory, at("2026-11-23T08:20:00Z")).memory;
  const auto again = next_digest(later, memory, at("2026-11-23T09:00:00Z"));
  EXPECT_FALSE(again.week);
  EXPECT_TRUE(next_digest(later, again.memory, at("2026-11-30T09:00:00Z")).week);
}

TEST(Digest, AnotherDayIsAnotherWeek) {
  auto memory = next_digest(kMondays, {}, at("2026-11-20T00:00:00Z")).memory;
  memory = next_digest(kMondays, memory, at("2026-11-23T08:00:00Z")).memory;
  DigestSettings tuesdays = kMondays;
  tuesdays.weekday = std::chrono::Tuesday;
  memory = next_digest(tuesdays, memory, at("2026-11-23T12:00:00Z")).memory;
  EXPECT_TRUE(next_digest(tuesdays, memory, at("2026-11-24T08:00:00Z")).week);
}

TEST(Digest, NothingIsDueWhileNoneIsWanted) {
  const auto memory = next_digest(kMondays, {}, at("2026-11-20T00:00:00Z")).memory;
  const auto off = next_digest(std::nullopt, memory, at("2026-11-23T08:00:00Z"));
  EXPECT_FALSE(off.week);
  EXPECT_EQ(next_digest(std::nullopt, off.memory, at("2026-12-23T08:00:00Z")).memory, off.memory);
  EXPECT_FALSE(next_digest(kMondays, off.memory, at("2026-12-23T08:00:00Z")).week);
  EXPECT_EQ(next_digest(std::nullopt, {}, at("2026-12-23T08:00:00Z")).memory, DigestMemory());
}

TEST(Digest, ItsMemoryComesBackFromTheStore) {
  DigestMemory memory{.schedule = "monday 08:00 +00:00", .after = at("2026-11-23T08:00:00Z"), .told_to = {}};
  EXPECT_EQ(parse_digest_memory(to_row(memory)).value(), memory);
  memory.told_to = at("2026-11-23T00:00:00Z");
  EXPECT_EQ(parse_digest_memory(to_row(memory)).value(), memory);
  EXPECT_EQ(parse_digest_memory({.name = "digest", .told_through = 0, .state = "{}"}).error().code,
            ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace weir
