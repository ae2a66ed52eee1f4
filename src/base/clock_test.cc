#include "base/clock.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Rfc3339, RoundTripsToTheMicrosecond) {
  const auto time = parse_rfc3339("2026-11-23T23:59:58.123456Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(to_rfc3339(*time), "2026-11-23T23:59:58.123456Z");
}

TEST(Rfc3339, AppliesTheOffset) {
  EXPECT_EQ(to_rfc3339(parse_rfc3339("2026-11-23T01:30:00+02:00").value()), "2026-11-22T23:30:00.000000Z");
  EXPECT_EQ(to_rfc3339(parse_rfc3339("2026-11-23T01:30:00.5-01:00").value()), "2026-11-23T02:30:00.500000Z");
}

TEST(Rfc3339, RefusesWhatIsNotATimeAndNamesIt) {
  for (const char* text : {"", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23",
                           "2026-11-23T24:00:00Z", "2026-11-23T10:00:00", "2026-11-23T10:00:00.Z",
                           "2026-11-23T10:00:00Zx", "2026-11-23T10:00:00+25:00"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time) << text;
    EXPECT_NE(time.error().detail.find(text), std::string::npos);
  }
}

}  // namespace
}  // namespace weir
