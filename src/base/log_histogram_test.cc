#include "base/log_histogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/log_buckets.h"

namespace weir {
namespace {

using Series = std::vector<std::int64_t>;

LogHistogram histogram_of(const Series& series) {
  LogHistogram histogram;
  for (const std::int64_t value : series) histogram.add(Micros(value));
  return histogram;
}

std::string bytes_of(const LogHistogram& histogram) {
  std::string out;
  histogram.encode(out);
  return out;
}

/// Nearest rank on the sorted series, in whole numbers: `thousandths` of it.
std::int64_t exact(const Series& sorted, std::int64_t thousandths) {
  const auto size = static_cast<std::int64_t>(sorted.size());
  const std::int64_t rank = std::max<std::int64_t>(1, (thousandths * size + 999) / 1000);
  return sorted[static_cast<std::size_t>(rank - 1)];
}

void expect_within_one_percent(Series series) {
  const LogHistogram histogram = histogram_of(series);
  std::sort(series.begin(), series.end());
  EXPECT_EQ(histogram.count(), series.size());
  for (std::int64_t thousandths = 0; thousandths <= 1000; ++thousandths) {
    const std::int64_t wanted = exact(series, thousandths);
    const std::int64_t got =
        histogram.percentile(static_cast<double>(thousandths) / 1000, Micros(series.back())).count();
    ASSERT_LE(std::abs(got - wanted) * 100, wanted) << thousandths << ": " << got << " for " << wanted;
  }
}

TEST(LogBuckets, EveryNumberIsWithinOnePercentOfItsBucketsValue) {
  const auto check = [](std::uint64_t number) {
    const std::size_t bucket = log_bucket_of(number);
    const std::uint64_t value = log_bucket_value(bucket);
    const std::uint64_t off = value > number ? value - number : number - value;
    ASSERT_LE(off * 100, number) << number << " in bucket " << bucket;
  };
  for (std::uint64_t number = 0; number < 2'000'000; ++number) check(number);
  for (std::uint64_t number = 2'000'000; number < kLogValueMax; number += 1 + number / 4001) check(number);
  for (std::size_t bucket = 0; bucket < kLogBuckets; ++bucket) {
    const std::uint64_t low = log_buckets_detail::kTables.low[bucket];
    EXPECT_EQ(log_bucket_of(low), bucket);
    check(low);
    if (low == 0) continue;
    EXPECT_EQ(log_bucket_of(low - 1), bucket - 1);
    check(low - 1);
  }
  check(kLogValueMax);
}

TEST(LogBuckets, NumbersUpTo98HaveTheirOwn) {
  for (std::uint64_t number = 0; number <= 98; ++number)
    EXPECT_EQ(log_bucket_value(log_bucket_of(number)), number);
}

TEST(LogBuckets, WhatLiesAboveTheLastCountsAsTheLast) {
  EXPECT_EQ(log_bucket_of(kLogValueMax + 1), kLogBuckets - 1);
  EXPECT_EQ(log_bucket_of(~0ULL), kLogBuckets - 1);
}

TEST(LogHistogram, SeveralPercentilesAreThoseOneByOne) {
  std::mt19937_64 random(9);
  constexpr std::array kFractions = {1.0, 0.99, 0.95, 0.9, 0.9, 0.5, 0.0};
  std::array<Micros, kFractions.size()> found{};
  for (int round = 0; round < 200; ++round) {
    LogHistogram histogram;
    for (std::uint64_t i = random() % 300; i > 0; --i)
      histogram.add(Micros(static_cast<std::int64_t>(random() % 100'000)), 1 + random() % 3);
    const auto largest = Micros(static_cast<std::int64_t>(random() % 100'000));
    histogram.percentiles(kFractions, largest, found);
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_EQ(found[i], histogram.percentile(kFractions[i], largest));
  }
}

TEST(LogHistogram, PercentilesAreWithinOnePercentOnRandomSeries) {
  std::mt19937_64 random(1);
  for (const std::size_t size : {1UL, 2UL, 3UL, 10UL, 99UL, 1000UL, 50'000UL}) {
    for (const std::int64_t most : {1LL, 50LL, 1000LL, 300'000LL, 40'000'000'000LL}) {
      Series series(size);
      std::uniform_int_distribution<std::int64_t> value(0, most);
      for (auto& one : series) one = value(random);
      expect_within_one_percent(std::move(series));
    }
  }
}

TEST(LogHistogram, PercentilesAreWithinOnePercentOnHeavyTails) {
  std::mt19937_64 random(2);
  std::lognormal_distribution<double> lognormal(9, 2);
  std::cauchy_distribution<double> cauchy(20'000, 5'000);
  Series smooth(100'000);
  Series pareto(100'000);
  Series wild(100'000);
  for (std::size_t i = 0; i < smooth.size(); ++i) {
    smooth[i] = std::min<std::int64_t>(static_cast<std::int64_t>(lognormal(random)), 1LL << 39);
    const double uniform = std::generate_canonical<double, 53>(random);
    pareto[i] = static_cast<std::int64_t>(std::min(1000 / std::pow(1 - uniform, 1.5), 5e11));
    wild[i] = static_cast<std::int64_t>(std::clamp(cauchy(random), 0.0, 5e11));
  }
  expect_within_one_percent(std::move(smooth));
  expect_within_one_percent(std::move(pareto));
  expect_within_one_percent(std::move(wild));
}

TEST(LogHistogram, PercentilesAreWithinOnePercentOnSeriesMadeToBreakThem) {
  expect_within_one_percent(Series(1000, 0));
  expect_within_one_percent(Series(1000, 123'457));
  // The ends of every bucket: where its value is furthest off.
  Series ends;
  for (std::size_t bucket = 1; bucket < kLogBuckets; ++bucket) {
    const auto low = static_cast<std::int64_t>(log_buckets_detail::kTables.low[bucket]);
    ends.insert(ends.end(), {low, low - 1});
  }
  std::shuffle(ends.begin(), ends.end(), std::mt19937_64(3));
  expect_within_one_percent(ends);
  // Two far ends, so that every rank near the middle is one or the other.
  Series halves(1001, 1);
  for (std::size_t i = 0; i < 500; ++i) halves[i] = 3'600'000'000;
  expect_within_one_percent(std::move(halves));
  Series powers;
  for (int bit = 0; bit < 40; ++bit) {
    const std::int64_t power = std::int64_t{1} << bit;
    powers.insert(powers.end(), {power, power - 1});
  }
  expect_within_one_percent(std::move(powers));
}

TEST(LogHistogram, KeepsItsRangeAtBothEnds) {
  LogHistogram histogram;
  histogram.add(Micros(-5));
  EXPECT_EQ(histogram.percentile(0.5), Micros(0));
  histogram.clear();
  histogram.add(Micros::max());
  EXPECT_NEAR(static_cast<double>(histogram.percentile(1).count()), static_cast<double>(kLogValueMax),
              static_cast<double>(kLogValueMax) / 100);
  EXPECT_EQ(histogram.percentile(1, Micros(77)), Micros(77));
  EXPECT_EQ(LogHistogram().percentile(0.5), Micros(0));
  EXPECT_EQ(LogHistogram().count(), 0U);
}

TEST(LogHistogram, TakesTheRankAsItIsWritten) {
  LogHistogram histogram;
  for (int i = 1; i <= 98; ++i) histogram.add(Micros(i));
  histogram.add(Micros(0), 2);  // 100 values: the n-th hundredth is n - 2
  for (int hundredths = 3; hundredths <= 100; ++hundredths) {
    EXPECT_EQ(histogram.percentile(hundredths / 100.0), Micros(hundredths - 2)) << hundredths;
  }
}

TEST(LogHistogram, AnyOrderOfMergingGivesTheSameBytes) {
  std::mt19937_64 random(4);
  std::lognormal_distribution<double> value(8, 3);
  for (int round = 0; round < 200; ++round) {
    Series all;
    std::vector<std::string> parts(1 + random() % 20);
    for (std::string& part : parts) {
      Series series(random() % 60);
      for (auto& one : series) one = static_cast<std::int64_t>(std::min(value(random), 1e12));
      all.insert(all.end(), series.begin(), series.end());
      part = bytes_of(histogram_of(series));
    }
    const std::string wanted = bytes_of(histogram_of(all));
    for (int order = 0; order < 3; ++order) {
      std::shuffle(parts.begin(), parts.end(), random);
      LogHistogram from_bytes;
      LogHistogram from_objects;
      for (const std::string& part : parts) {
        ASSERT_TRUE(from_bytes.merge(part));
        from_objects.merge(LogHistogram::decode(part).value());
      }
      ASSERT_EQ(bytes_of(from_bytes), wanted);
      ASSERT_EQ(bytes_of(from_objects), wanted);
      ASSERT_EQ(from_bytes.count(), all.size());
    }
  }
}

TEST(LogHistogram, TheTopAloneAnswersWhatLiesInIt) {
  std::mt19937_64 random(6);
  std::lognormal_distribution<double> value(9, 1.5);
  for (int round = 0; round < 100; ++round) {
    const std::size_t lowest = random() % kLogBuckets;
    LogHistogram all;
    LogHistogram top;
    std::uint64_t total = 0;
    for (std::size_t part = 0; part < 5; ++part) {
      Series series(random() % 300);
      for (auto& one : series) one = static_cast<std::int64_t>(std::min(value(random), 1e12));
      total += series.size();
      ASSERT_TRUE(all.merge(bytes_of(histogram_of(series))));
      ASSERT_TRUE(top.merge(bytes_of(histogram_of(series)), lowest));
    }
    for (const double fraction : {0.0, 0.5, 0.9, 0.95, 0.99, 1.0}) {
      const Micros wanted = all.percentile(fraction);
      const bool within = total > 0 && log_bucket_of(static_cast<std::uint64_t>(wanted.count())) >= lowest;
      EXPECT_EQ(top.top_percentile(fraction, total), within ? std::optional(wanted) : std::nullopt);
    }
  }
}

TEST(LogHistogram, DoublesWhenMergedWithItself) {
  LogHistogram histogram = histogram_of({1, 2, 3, 4000, 4000});
  const LogHistogram& same = histogram;
  histogram.merge(same);
  EXPECT_EQ(histogram, histogram_of({1, 2, 3, 4000, 4000, 1, 2, 3, 4000, 4000}));
}

TEST(LogHistogram, IsSmallForFewValues) {
  EXPECT_TRUE(bytes_of(LogHistogram()).empty());
  EXPECT_LE(bytes_of(histogram_of({1'234'567})).size(), 2U);
  EXPECT_LE(bytes_of(histogram_of({1'234'567, 1'234'567, 1'234'567})).size(), 3U);
  EXPECT_LE(bytes_of(histogram_of({900, 1000, 1200, 1500, 1500, 2000, 9000, 100'000})).size(), 13U);
}

TEST(LogHistogram, ReadsOnlyWhatItWrites) {
  const std::string sound = bytes_of(histogram_of({5, 5, 5, 70, 1000, 1'000'000}));
  ASSERT_TRUE(LogHistogram::decode(sound));
  const std::vector<std::string> broken = {
      std::string("\xFF", 1),                                       // a cut varint
      std::string("\x01", 1),                                       // a count is missing
      std::string("\x80\x00", 2),                                   // longer than needed
      std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 10),  // beyond 64 bits
      std::string("\xCC\x13", 2),                                   // a bucket below 0
      std::string("\xCA\x13\x00", 3),                               // a bucket behind bucket 0
      std::string("\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x0F", 9),       // a count of 2^53 + 1
  };
  for (const std::string& bytes : broken) {
    const auto decoded = LogHistogram::decode(bytes);
    ASSERT_FALSE(decoded) << testing::PrintToString(bytes);
    EXPECT_EQ(decoded.error().code, ErrorCode::kCorrupt);
  }
  EXPECT_TRUE(LogHistogram::decode(std::string("\xCA\x13", 2)));  // bucket 0
}

TEST(LogHistogram, WritesBackWhateverItReads) {
  std::mt19937_64 random(5);
  int read = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string bytes(random() % 12, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() & ((random() & 1) != 0 ? 0x7F : 0xFF));
    const auto decoded = LogHistogram::decode(bytes);
    if (!decoded) continue;
    ++read;
    ASSERT_EQ(bytes_of(*decoded), bytes);
  }
  EXPECT_GT(read, 1000);
}

TEST(LogHistogram, CountsStopAtTheirBound) {
  LogHistogram histogram;
  histogram.add(Micros(7), ~0ULL);
  histogram.add(Micros(7), 5);
  histogram.add(Micros(9), 0);
  EXPECT_EQ(histogram.count(), LogHistogram::kCountMax);
  ASSERT_TRUE(LogHistogram::decode(bytes_of(histogram)));
  LogHistogram full;
  for (std::size_t bucket = 0; bucket < kLogBuckets; ++bucket) {
    full.add(Micros(static_cast<std::int64_t>(log_bucket_value(bucket))), LogHistogram::kCountMax);
  }
  EXPECT_EQ(full.count(), LogHistogram::kCountMax * kLogBuckets);
  EXPECT_LE(bytes_of(full).size(), LogHistogram::kEncodedMax);
}

}  // namespace
}  // namespace weir
