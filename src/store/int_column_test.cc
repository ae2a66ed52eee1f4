#include "store/int_column.h"

#include <random>

#include <gtest/gtest.h>

namespace weir {
namespace {

std::vector<std::uint64_t> round_trip(const std::vector<std::uint64_t>& values, IntOrder order) {
  std::string bytes;
  encode_ints(values, order, bytes);
  std::vector<std::uint64_t> back;
  EXPECT_TRUE(decode_ints(bytes, values.size(), back));
  return back;
}

TEST(IntColumn, GivesBackValuesOfEveryWidthAndLength) {
  std::mt19937_64 random(1);
  for (unsigned width = 0; width <= 64; ++width) {
    for (const std::size_t count : {1U, 2U, 127U, 128U, 129U, 300U}) {
      std::vector<std::uint64_t> values(count);
      for (auto& value : values) value = width == 0 ? 7 : random() >> (64 - width);
      EXPECT_EQ(round_trip(values, IntOrder::kAny), values) << width << " bits, " << count;
      EXPECT_EQ(round_trip(values, IntOrder::kAscending), values) << width << " bits, " << count;
    }
  }
}

TEST(IntColumn, GivesSingleValuesAsItGivesAll) {
  std::mt19937_64 random(5);
  IntColumnReader reader;
  for (unsigned width = 1; width <= 64; ++width) {
    std::vector<std::uint64_t> values(301);
    for (auto& value : values) value = random() >> (64 - width);
    for (const IntOrder order : {IntOrder::kAny, IntOrder::kAscending}) {
      std::string bytes;
      encode_ints(values, order, bytes);
      // A copy of exactly that size, so that a read past its end is seen.
      const std::vector<char> exact(bytes.begin(), bytes.end());
      ASSERT_TRUE(reader.open({exact.data(), exact.size()}, values.size()));
      for (std::size_t i = 0; i < values.size(); ++i)
        ASSERT_EQ(reader.at(i), values[i]) << width << " bits, " << i;
    }
  }
}

TEST(IntColumn, StoresAllZerosAsNothing) {
  std::string bytes;
  encode_ints(std::vector<std::uint64_t>(100, 0), IntOrder::kAny, bytes);
  EXPECT_EQ(bytes, "");
}

TEST(IntColumn, PacksAscendingTimesIntoFewBits) {
  std::vector<std::uint64_t> times(4096);
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = 1'790'000'000'000'000 + i * 100 + i % 7;
  std::string bytes;
  encode_ints(times, IntOrder::kAscending, bytes);
  EXPECT_LT(bytes.size(), times.size() * 2);
}

TEST(IntColumn, RefusesBytesThatAreCutOrTooMany) {
  std::vector<std::uint64_t> values(200);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i * i;
  std::string bytes;
  encode_ints(values, IntOrder::kAny, bytes);
  std::vector<std::uint64_t> back;
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const auto result = decode_ints(std::string_view(bytes).substr(0, size), values.size(), back);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
  EXPECT_FALSE(decode_ints(bytes + "x", values.size(), back));
}

TEST(IntColumn, SurvivesAnyBytes) {
  std::mt19937_64 random(2);
  std::vector<std::uint64_t> back;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 4 == 0 ? random() % 4 : random());
    const auto result = decode_ints(bytes, random() % 300, back);
    EXPECT_TRUE(result || result.error().code == ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace weir
