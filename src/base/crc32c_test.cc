#include "base/crc32c.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace weir {
namespace {

// Vectors of RFC 3720, appendix B.4.
TEST(Crc32c, AgreesWithTheStandardsVectors) {
  std::array<unsigned char, 32> data{};
  EXPECT_EQ(crc32c(data.data(), data.size()), 0x8A9136AAU);
  data.fill(0xFF);
  EXPECT_EQ(crc32c(data.data(), data.size()), 0x62A8AB43U);
  for (unsigned i = 0; i < 32; ++i) data[i] = static_cast<unsigned char>(i);
  EXPECT_EQ(crc32c(data.data(), data.size()), 0x46DD794EU);
}

TEST(Crc32c, ContinuesFromASeed) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  const auto whole = crc32c(text.data(), text.size());
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32c(text.data() + cut, text.size() - cut, crc32c(text.data(), cut)), whole);
  }
}

}  // namespace
}  // namespace weir
