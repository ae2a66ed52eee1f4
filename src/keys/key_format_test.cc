#include "keys/key_format.h"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(KeyFormat, MakesKeysOfItsOwnShape) {
  const std::string key = generate_key("production").value();
  EXPECT_EQ(key.size(), std::string("weir_production_").size() + 36);
  EXPECT_TRUE(key.starts_with("weir_production_"));
  EXPECT_EQ(classify_key(key), KeyShape::kWeir);
}

TEST(KeyFormat, ChecksumIsTheOneOfZlib) {
  // python3: zlib.crc32(b"weir_live_" + b"0123456789ABCDEFGHIJKLMNOPQRST"), in base 62 with digits before
  // letters.
  EXPECT_EQ(classify_key("weir_live_0123456789ABCDEFGHIJKLMNOPQRST18oeke"), KeyShape::kWeir);
}

TEST(KeyFormat, NeverMakesTheSameKeyTwice) {
  std::set<std::string> keys;
  for (int i = 0; i < 1000; ++i) keys.insert(generate_key("test").value());
  EXPECT_EQ(keys.size(), 1000U);
}

TEST(KeyFormat, DrawsEveryCharacterEquallyOften) {
  std::array<int, 256> seen{};
  for (int i = 0; i < 4000; ++i) {
    const std::string key = generate_key("t").value();
    for (const char c : key.substr(7, 30)) ++seen[static_cast<unsigned char>(c)];
  }
  // 120,000 characters, 1,935 of each expected; ten standard deviations are 437.
  for (char c = '0'; c <= '9'; ++c) EXPECT_NEAR(seen[static_cast<unsigned char>(c)], 1935, 437) << c;
  for (char c = 'a'; c <= 'z'; ++c) EXPECT_NEAR(seen[static_cast<unsigned char>(c)], 1935, 437) << c;
  for (char c = 'A'; c <= 'Z'; ++c) EXPECT_NEAR(seen[static_cast<unsigned char>(c)], 1935, 437) << c;
}

TEST(KeyFormat, FindsEverySingleTypingError) {
  const std::string key = generate_key("live").value();
  for (std::size_t i = 0; i < key.size(); ++i) {
    for (const char c : {'a', 'B', '7', '_', ' '}) {
      std::string mistyped = key;
      mistyped[i] = c;
      if (mistyped == key) continue;
      // An error in "weir_" itself leaves something that could be another service's key.
      const KeyShape wanted = i < 5 && c != ' ' ? KeyShape::kForeign : KeyShape::kMalformed;
      EXPECT_EQ(classify_key(mistyped), wanted) << mistyped;
    }
  }
}

TEST(KeyFormat, RefusesWeirKeysOfWrongShape) {
  const std::string key = generate_key("live").value();
  for (const std::string& text :
       {std::string("weir_"), std::string("weir_live_"), key + "A", key.substr(0, key.size() - 1),
        "weir_" + key.substr(9), "weir_LIVE" + key.substr(9), "weir_abcdefghijklmnopq" + key.substr(9)}) {
    EXPECT_EQ(classify_key(text), KeyShape::kMalformed) << text;
  }
}

TEST(KeyFormat, TakesForeignKeysOfVisibleAscii) {
  EXPECT_EQ(classify_key("abcdefgh"), KeyShape::kForeign);
  EXPECT_EQ(classify_key("sk-Proj_!~#/+=."), KeyShape::kForeign);
  EXPECT_EQ(classify_key(std::string(256, 'x')), KeyShape::kForeign);
  for (const std::string& text :
       {std::string(), std::string("abcdefg"), std::string(257, 'x'), std::string("with space"),
        std::string("tabs\tinside"), std::string("delete\x7F!!"), std::string("ümlautäöü"),
        std::string("nul\0inside", 10)}) {
    EXPECT_EQ(classify_key(text), KeyShape::kMalformed) << text;
  }
}

TEST(KeyFormat, ShortensTheEnvironmentToLettersAndDigits) {
  EXPECT_EQ(environment_token("production"), "production");
  EXPECT_EQ(environment_token("EU-West 2/Staging_a_long_name"), "euwest2stagingal");
  EXPECT_EQ(environment_token(""), "default");
  EXPECT_EQ(environment_token("…"), "default");
  EXPECT_EQ(classify_key(generate_key("EU-West 2/Staging_a_long_name").value()), KeyShape::kWeir);
}

TEST(KeyFormat, ShowsTooLittleToGuessFrom) {
  const std::string key = generate_key("live").value();
  EXPECT_EQ(display_form(key), key.substr(0, 14) + "…");
  EXPECT_EQ(display_form("sk-proj-0123456789"), "sk-p…");
  EXPECT_EQ(display_form("shortforeign"), "…");
}

}  // namespace
}  // namespace weir
