// Durations counted in a few bands of neighbouring buckets (log_buckets.h): what tells of many histograms
// which have the highest percentile, two cache lines each instead of thousands of bytes.
//
// The bands begin at one bucket, of a bucket each; further up they are ever wider, the last has no end.
// Durations below are not counted. Pure values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/log_buckets.h"
#include "base/result.h"

namespace weir {

class BucketBands {
 public:
  static constexpr std::size_t kBands = 16;
  using Counts = std::array<std::uint64_t, kBands>;

  /// Buckets, both included.
  struct Span {
    std::size_t first = 0;
    std::size_t last = 0;
    friend bool operator==(const Span&, const Span&) = default;
  };

  /// `lowest`: the first band's bucket.
  explicit BucketBands(std::size_t lowest);

  [[nodiscard]] std::size_t lowest() const { return spans_[0].first; }

  /// Counts a duration, in microseconds.
  void add(std::uint64_t duration, Counts& counts) const {
    const std::size_t bucket = log_bucket_of(duration);
    if (bucket >= lowest()) ++counts[bands_[bucket]];
  }
  /// Adds what LogHistogram::encode wrote. kCorrupt: these bytes are none, throw the counts away.
  [[nodiscard]] Result<void> merge(std::string_view encoded, Counts& counts) const;

  /// Where a percentile (LogHistogram::percentile) of `total` values lies; nothing: below `lowest`.
  [[nodiscard]] std::optional<Span> percentile(double fraction, std::uint64_t total,
                                               const Counts& counts) const;

 private:
  bool merge_long(std::string_view encoded, Counts& counts) const;

  std::array<Span, kBands> spans_;
  std::array<std::uint8_t, kLogBuckets> bands_{};  // of each bucket from the lowest on
};

}  // namespace weir
