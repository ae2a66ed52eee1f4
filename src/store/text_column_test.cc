#include "store/text_column.h"

#include <random>

#include <gtest/gtest.h>

#include "store/int_column.h"
#include "store/membership_filter.h"
#include "store/stable_hash.h"

namespace weir {
namespace {

std::vector<std::string> round_trip(const std::vector<std::string>& texts) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  TextColumnEncoder encoder;
  std::string dictionary;
  std::string index;
  encoder.encode(views, dictionary, index);
  TextColumnDecoder decoder;
  const auto distinct = decoder.decode(dictionary);
  EXPECT_TRUE(distinct);
  std::vector<std::uint64_t> rows;
  EXPECT_TRUE(decode_ints(index, texts.size(), rows));
  std::vector<std::string> back;
  for (const std::uint64_t row : rows) back.emplace_back((*distinct)[row]);
  return back;
}

TEST(TextColumn, GivesBackRandomTexts) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts(1 + random() % 600);
    for (auto& text : texts) {
      text.assign(random() % 40, '\0');
      for (char& byte : text) byte = static_cast<char>('a' + random() % 3);
    }
    EXPECT_EQ(round_trip(texts), texts);
  }
}

TEST(TextColumn, StoresEmptyTextsAsNothing) {
  TextColumnEncoder encoder;
  std::string dictionary;
  std::string index;
  encoder.encode(std::vector<std::string_view>(10), dictionary, index);
  EXPECT_EQ(dictionary, "");
  EXPECT_EQ(index, "");
}

TEST(TextColumn, CompressesTextsThatRepeatThemselves) {
  std::vector<std::string> texts;
  for (int i = 0; i < 4096; ++i) texts.push_back("/v1/customers/" + std::to_string(i) + "/orders");
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  TextColumnEncoder encoder;
  std::string dictionary;
  std::string index;
  encoder.encode(views, dictionary, index);
  EXPECT_LT(dictionary.size(), texts.size() * 10);
  EXPECT_EQ(round_trip(texts), texts);
}

TEST(TextColumn, RefusesACutDictionary) {
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back("/v1/customers/" + std::to_string(i * i));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  TextColumnEncoder encoder;
  std::string dictionary;
  std::string index;
  encoder.encode(views, dictionary, index);
  TextColumnDecoder decoder;
  for (std::size_t size = 1; size < dictionary.size(); ++size) {
    const auto result = decoder.decode(std::string_view(dictionary).substr(0, size));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
}

TEST(TextColumn, SurvivesAnyBytes) {
  std::mt19937_64 random(4);
  TextColumnDecoder decoder;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 4 == 0 ? random() % 4 : random());
    const auto result = decoder.decode(bytes);
    EXPECT_TRUE(result || result.error().code == ErrorCode::kCorrupt);
  }
}

TEST(MembershipFilter, PassesEveryMemberAndFewStrangers) {
  std::vector<std::uint64_t> members;
  for (int i = 0; i < 4096; ++i) members.push_back(stable_hash("member" + std::to_string(i)));
  std::string filter;
  encode_filter(members, filter);
  for (const std::uint64_t hash : members) EXPECT_TRUE(filter_may_contain(filter, hash));
  int passed = 0;
  for (int i = 0; i < 10'000; ++i)
    passed += filter_may_contain(filter, stable_hash("other" + std::to_string(i)));
  EXPECT_LT(passed, 300);
}

TEST(MembershipFilter, PassesEverythingWhenItIsMissing) {
  EXPECT_TRUE(filter_may_contain("", 42));
}

TEST(StableHash, StaysAsItWasWhenFilesWereWrittenWithIt) {
  EXPECT_EQ(stable_hash(""), 13802149437307881658ULL);
  EXPECT_EQ(stable_hash("/v1/customers"), 7760835106391307372ULL);
  EXPECT_EQ(stable_hash("a text of more than sixteen bytes"), 5960142607867775626ULL);
}

}  // namespace
}  // namespace weir
