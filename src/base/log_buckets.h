// The buckets of a LogHistogram: whole numbers, each bucket with a value within 1 % of all its numbers.
//
// From its lowest number `low` a bucket's value is the largest within 1 % above it, floor(1.01 low), and its
// highest number the largest the value is within 1 % below of, floor(value / 0.99). That is DDSketch's growth
// of 1.01 / 0.99 a bucket, rounded so that the bound holds for every whole number; up to 98 each has its own
// bucket.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace weir {

/// What lies above counts as this: 2^40 microseconds are 12.7 days.
inline constexpr std::uint64_t kLogValueMax = (1ULL << 40) - 1;

namespace log_buckets_detail {

constexpr std::uint64_t value_from(std::uint64_t low) {
  return low + low / 100;
}
constexpr std::uint64_t next_low(std::uint64_t low) {
  return value_from(low) * 100 / 99 + 1;
}

consteval std::size_t count_buckets() {
  std::size_t count = 0;
  for (std::uint64_t low = 0; low <= kLogValueMax; low = next_low(low)) ++count;
  return count;
}

/// A number's leading bit and the kBits bits behind it name one of the starts to search from.
inline constexpr unsigned kBits = 6;
inline constexpr std::uint64_t kSteps = 1ULL << kBits;

constexpr std::size_t start_of(std::uint64_t number) {
  const auto shift = static_cast<unsigned>(std::bit_width(number)) - kBits - 1;
  return static_cast<std::size_t>(shift * kSteps + (number >> shift) - kSteps);
}

inline constexpr std::size_t kBuckets = count_buckets();
inline constexpr std::size_t kStarts = start_of(kLogValueMax) + 1;

struct Tables {
  std::array<std::uint64_t, kBuckets + 1> low{};
  std::array<std::uint16_t, kStarts> start{};
};

consteval Tables make_tables() {
  Tables tables;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i <= kBuckets; ++i, low = next_low(low)) tables.low[i] = low;
  std::size_t bucket = 0;
  for (std::size_t i = 0; i < kStarts; ++i) {
    const std::uint64_t number = (kSteps + i % kSteps) << (i / kSteps);
    while (tables.low[bucket + 1] <= number) ++bucket;
    tables.start[i] = static_cast<std::uint16_t>(bucket);
  }
  return tables;
}

inline constexpr Tables kTables = make_tables();

}  // namespace log_buckets_detail

inline constexpr std::size_t kLogBuckets = log_buckets_detail::kBuckets;
static_assert(kLogBuckets == 1254, "encoded histograms name buckets by number: they must never change");

[[nodiscard]] constexpr std::size_t log_bucket_of(std::uint64_t number) {
  using namespace log_buckets_detail;
  if (number < kSteps) return static_cast<std::size_t>(number);
  if (number > kLogValueMax) return kLogBuckets - 1;
  std::size_t bucket = kTables.start[start_of(number)];
  while (kTables.low[bucket + 1] <= number) ++bucket;  // once, seldom twice
  return bucket;
}

/// Within 1 % of every number of the bucket.
[[nodiscard]] constexpr std::uint64_t log_bucket_value(std::size_t bucket) {
  return log_buckets_detail::value_from(log_buckets_detail::kTables.low[bucket]);
}

}  // namespace weir
