#include "base/quantity.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(*parse_duration("50ms"), Millis(50));
  EXPECT_EQ(*parse_duration("30s"), Millis(30'000));
  EXPECT_EQ(*parse_duration("5m"), Millis(300'000));
  EXPECT_EQ(*parse_duration("24h"), Millis(86'400'000));
  EXPECT_EQ(*parse_duration("7d"), Millis(7LL * 86'400'000));
  EXPECT_EQ(*parse_duration("2y"), Millis(730LL * 86'400'000));
  EXPECT_EQ(*parse_duration("0"), Millis(0));
}

TEST(Duration, RefusesWhatIsNotOneNumberAndOneUnit) {
  for (const auto* text :
       {"", "5", "s", "-5s", "1.5h", "5 minutes", "5mm", "1h30m", "99999999999999999999s", "4000d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, TheErrorNamesTheText) {
  EXPECT_NE(parse_duration("soon").error().detail.find("'soon'"), std::string::npos);
}

TEST(Duration, IsWrittenInItsLargestWholeUnit) {
  EXPECT_EQ(format_duration(Millis(50)), "50ms");
  EXPECT_EQ(format_duration(Millis(90'000)), "90s");
  EXPECT_EQ(format_duration(Millis(300'000)), "5m");
  EXPECT_EQ(format_duration(Millis(172'800'000)), "2d");
  EXPECT_EQ(format_duration(Millis(730LL * 86'400'000)), "2y");
  EXPECT_EQ(format_duration(Millis(0)), "0s");
}

TEST(Size, ReadsBinaryAndDecimalUnits) {
  EXPECT_EQ(*parse_size("4GiB"), 4ULL << 30);
  EXPECT_EQ(*parse_size("64 KiB"), 65536U);
  EXPECT_EQ(*parse_size("10MB"), 10'000'000U);
  EXPECT_EQ(*parse_size("512"), 512U);
  EXPECT_EQ(*parse_size("512B"), 512U);
}

TEST(Size, RefusesAmbiguousUnitsAndOverflow) {
  for (const auto* text : {"4G", "4gb", "", "GiB", "-1", "99999999999TiB", "1.5GiB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(Size, IsWrittenInItsLargestWholeBinaryUnit) {
  EXPECT_EQ(format_size(4ULL << 30), "4GiB");
  EXPECT_EQ(format_size(1000), "1000B");
  EXPECT_EQ(format_size(0), "0");
}

}  // namespace
}  // namespace weir
