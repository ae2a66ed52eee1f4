#include "app/plot.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Plot, ASparklineIsHighWhereTheValuesAre) {
  EXPECT_EQ(sparkline(std::vector<double>{0, 1, 4, 8}), " ▁▄█");
  EXPECT_EQ(sparkline(std::vector<double>{0, 0}), "  ");
  EXPECT_EQ(sparkline({}), "");
}

TEST(Plot, ASparklineKeepsPeaksWhenItIsNarrow) {
  EXPECT_EQ(sparkline(std::vector<double>{0, 8, 0, 0, 0, 1}, 3), "█ ▁");
}

TEST(Plot, ABarIsAsLongAsItsPart) {
  EXPECT_EQ(bar(10, 10, 4), "████");
  EXPECT_EQ(bar(5, 10, 4), "██");
  EXPECT_EQ(bar(0, 10, 4), "");
  EXPECT_EQ(bar(0.0001, 10, 4), "▏");
  EXPECT_EQ(bar(1, 0, 4), "");
}

}  // namespace
}  // namespace weir
