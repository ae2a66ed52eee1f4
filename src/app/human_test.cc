#include "app/human.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

const UtcTime kNow = *parse_rfc3339("2026-11-23T10:00:00Z");

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

}  // namespace
}  // namespace weir
