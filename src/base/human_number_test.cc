#include "base/human_number.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Human, BytesHaveTheUnitThatReadsBest) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1.0 KiB");
  EXPECT_EQ(human_bytes(1'288'490), "1.2 MiB");
  EXPECT_EQ(human_bytes(1'048'575), "1.0 MiB");
  EXPECT_EQ(human_bytes(~0ULL), "16384.0 PiB");
}

TEST(Grouped, GroupsByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(HumanSeconds, KeepsTheDigitsThatMatter) {
  EXPECT_EQ(human_seconds(0.0004), "0.4 ms");
  EXPECT_EQ(human_seconds(0.000043), "43 µs");
  EXPECT_EQ(human_seconds(0.0001), "0.1 ms");
  EXPECT_EQ(human_seconds(0.012), "12 ms");
  EXPECT_EQ(human_seconds(0), "-");
  EXPECT_EQ(human_seconds(1.25), "1.25 s");
}

}  // namespace
}  // namespace weir
