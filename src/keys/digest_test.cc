#include "keys/digest.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

std::string hex(const KeyDigest& digest) {
  std::string text;
  for (const auto byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

// RFC 4231, test cases 1, 2 and 6.
TEST(KeyHasher, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(hex(KeyHasher(std::string(20, '\x0b')).digest("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(KeyHasher("Jefe").digest("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(KeyHasher(std::string(131, '\xaa'))
                    .digest("Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(KeyHasher, SamePepperSameDigest) {
  const KeyHasher hasher(std::string(32, 'p'));
  EXPECT_TRUE(equal_digests(hasher.digest("a key"), KeyHasher(std::string(32, 'p')).digest("a key")));
  EXPECT_FALSE(equal_digests(hasher.digest("a key"), hasher.digest("another")));
  EXPECT_FALSE(equal_digests(hasher.digest("a key"), KeyHasher(std::string(32, 'q')).digest("a key")));
}

}  // namespace
}  // namespace weir
