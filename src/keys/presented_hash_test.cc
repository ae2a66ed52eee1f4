#include "keys/presented_hash.h"

#include <string>

#include <gtest/gtest.h>

namespace weir {
namespace {

// vectors_sip128 of the reference implementation: key 00 01 … 0f, texts of 0 and 15 bytes 00 01 ….
TEST(PresentedHash, AgreesWithTheReferenceImplementation) {
  const PresentedHashKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string text;
  const PresentedTag empty = presented_tag(key, text);
  EXPECT_EQ(empty.low, 0xe6a825ba047f81a3U);
  EXPECT_EQ(empty.high, 0x930255c71472f66dU);
  for (char c = 0; c < 15; ++c) text.push_back(c);
  const PresentedTag fifteen = presented_tag(key, text);
  EXPECT_EQ(fifteen.low, 0x11a8b03399e99354U);
  EXPECT_EQ(fifteen.high, 0xd9c3cf970fec087eU);
}

TEST(PresentedHash, DependsOnItsKey) {
  EXPECT_NE(presented_tag(draw_presented_hash_key(), "text").low,
            presented_tag(draw_presented_hash_key(), "text").low);
}

}  // namespace
}  // namespace weir
