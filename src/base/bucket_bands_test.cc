#include "base/bucket_bands.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "base/log_histogram.h"

namespace weir {
namespace {

TEST(BucketBands, APercentileLiesInTheSpanTheySay) {
  std::mt19937_64 random(3);
  std::lognormal_distribution<double> times(9, 1.5);
  for (int round = 0; round < 300; ++round) {
    LogHistogram all;
    std::vector<LogHistogram> parts(1 + random() % 4);
    const std::size_t lowest = log_bucket_of(static_cast<std::uint64_t>(times(random)));
    const BucketBands bands(lowest);
    BucketBands::Counts counts{};
    std::uint64_t total = 0;
    for (LogHistogram& part : parts) {
      for (std::uint64_t i = random() % 50; i > 0; --i, ++total) {
        const auto time = Micros(static_cast<std::int64_t>(times(random)));
        part.add(time);
        all.add(time);
      }
      std::string encoded;
      part.encode(encoded);
      ASSERT_TRUE(bands.merge(encoded, counts));
    }
    const auto single = static_cast<std::uint64_t>(times(random));
    all.add(Micros(static_cast<std::int64_t>(single)));
    bands.add(single, counts);
    ++total;
    for (const double fraction : {0.0, 0.5, 0.9, 0.99, 1.0}) {
      const auto exact = static_cast<std::uint64_t>(all.percentile(fraction).count());
      const std::size_t bucket = log_bucket_of(exact);
      const auto span = bands.percentile(fraction, total, counts);
      ASSERT_EQ(span.has_value(), bucket >= lowest);
      if (!span) continue;
      EXPECT_GE(bucket, span->first);
      EXPECT_LE(bucket, span->last);
      if (bucket < lowest + 8) {
        EXPECT_EQ(span->first, span->last);
      }
    }
  }
}

TEST(BucketBands, EveryBucketFromTheLowestOnHasABand) {
  for (const std::size_t lowest : {std::size_t{0}, std::size_t{5}, kLogBuckets - 9, kLogBuckets - 1}) {
    const BucketBands bands(lowest);
    for (std::size_t bucket = lowest; bucket < kLogBuckets; ++bucket) {
      BucketBands::Counts counts{};
      bands.add(log_bucket_value(bucket), counts);
      const auto span = bands.percentile(0.5, 1, counts);
      ASSERT_TRUE(span);
      EXPECT_LE(span->first, bucket);
      EXPECT_GE(span->last, bucket);
    }
  }
}

TEST(BucketBands, NothingIsNowhere) {
  const BucketBands bands(100);
  BucketBands::Counts counts{};
  EXPECT_FALSE(bands.percentile(0.5, 0, counts));
  EXPECT_FALSE(bands.percentile(0.5, 7, counts));
  EXPECT_EQ(bands.merge("\x80", counts).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace weir
