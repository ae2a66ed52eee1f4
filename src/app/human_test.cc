#include "app/human.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

const UtcTime kNow = *parse_rfc3339("2026-11-23T10:00:00Z");

TEST(Human, BytesHaveTheUnitThatReadsBest) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1.0 KiB");
  EXPECT_EQ(human_bytes(1'288'490), "1.2 MiB");
  EXPECT_EQ(human_bytes(1'048'575), "1.0 MiB");
  EXPECT_EQ(human_bytes(~0ULL), "16384.0 PiB");
}

TEST(HumanTime, SaysHowLongAgo) {
  EXPECT_EQ(human_time("2026-11-23T09:59:58Z", kNow, "never"), "just now");
  EXPECT_EQ(human_time("2026-11-23T09:59:00Z", kNow, "never"), "60 s ago");
  EXPECT_EQ(human_time("2026-11-23T09:55:00Z", kNow, "never"), "5 min ago");
  EXPECT_EQ(human_time("2026-11-23T07:00:00Z", kNow, "never"), "3 h ago");
  EXPECT_EQ(human_time("2026-11-20T10:00:00Z", kNow, "never"), "3 d ago");
  EXPECT_EQ(human_time("2026-01-20T10:00:00Z", kNow, "never"), "2026-01-20");
}

TEST(HumanTime, SaysHowLongUntil) {
  EXPECT_EQ(human_time("2026-11-26T10:00:00Z", kNow, "never"), "in 3 d");
}

TEST(HumanTime, NoTimeHasItsOwnWord) {
  EXPECT_EQ(human_time("", kNow, "never"), "never");
}

TEST(HumanTime, WhatIsNoTimeIsShownAsItIs) {
  EXPECT_EQ(human_time("soon", kNow, "never"), "soon");
}

TEST(PlainTime, IsInUtc) {
  EXPECT_EQ(plain_time("2026-11-23T12:00:05.5+02:00"), "2026-11-23 10:00:05");
}

TEST(Grouped, GroupsByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(HumanSeconds, KeepsTheDigitsThatMatter) {
  EXPECT_EQ(human_seconds(0.0004), "0.4 ms");
  EXPECT_EQ(human_seconds(0.012), "12 ms");
  EXPECT_EQ(human_seconds(1.25), "1.25 s");
}

}  // namespace
}  // namespace weir
