#include "base/crc32c.h"

#include <array>
#include <random>
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

/// Bit by bit, as it is defined.
std::uint32_t defined(const std::string& data, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
  for (const char byte : data) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}

TEST(Crc32c, IsAsDefinedForEveryLength) {
  std::mt19937 random(1);
  std::string data;
  for (std::size_t size = 0; size < 4000; size += size < 800 ? 1 : 61) {
    while (data.size() < size) data.push_back(static_cast<char>(random()));
    const auto seed = static_cast<std::uint32_t>(random());
    ASSERT_EQ(crc32c(data.data(), size, seed), defined(data.substr(0, size), seed)) << size;
  }
}

}  // namespace
}  // namespace weir
