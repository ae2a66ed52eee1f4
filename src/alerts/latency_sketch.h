// The response times of one key or endpoint within a moment. Kept are PackedLatency (packed_latency.h).
//
// Buckets are bounded by 2^(i/32) seconds, so a value is known within 1.1 %, and whole seconds that are
// powers of two (the default thresholds) divide buckets exactly: a value above 1 s never counts as one at or
// below it. base/log_histogram.h is as exact without that property, and larger. A sketch holds at most
// kEntriesMax buckets; one that would need more becomes coarser by joining neighbours, down to octaves, which
// keeps the bounds at powers of two. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/alert_settings.h"

namespace weir {

/// Bucket 0 holds everything up to 2^-10 s; the last one everything above 2^7 s.
inline constexpr std::size_t kLatencyBuckets = 17 * 32 + 2;

/// The bucket of a response time.
[[nodiscard]] std::uint16_t latency_bucket(Micros value);
/// What stands for a bucket: between its bounds, in seconds.
[[nodiscard]] double latency_of(std::uint16_t bucket);

class LatencySketch {
 public:
  LatencySketch() {}  // NOLINT: entries_ beyond size_ stay as they are
  void clear() { size_ = level_ = 0; }

  static constexpr std::size_t kEntriesMax = 32;
  static constexpr std::uint8_t kCoarsest = 5;  // levels: 2^level buckets are one, a group
  // A count stays at its largest value: a million calls in ten seconds of one key, all alike.
  static constexpr std::uint32_t kCountMax = (1U << 20) - 1;

  /// Values that come slowest first are put at the end, without a search.
  void add(std::uint16_t bucket, std::uint32_t count = 1);
  void merge(const LatencySketch& other);
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::uint8_t level() const { return level_; }
  /// Calls `visit(group, count)`, each group once, slowest first.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < size_; ++i) visit(entries_[i].group, entries_[i].count);
  }

  /// The group at `level` that holds a group of the finer level `from`. Rises with it.
  [[nodiscard]] static std::uint32_t joined(std::uint32_t group, std::uint8_t from, std::uint8_t level);
  /// The bucket that stands for a group: the one in its middle.
  [[nodiscard]] static std::uint16_t bucket_of(std::uint32_t group, std::uint8_t level);
  /// A sketch of `level`, to be filled with `add_group`.
  [[nodiscard]] static LatencySketch at_level(std::uint8_t level);
  /// Of this sketch's level.
  void add_group(std::uint32_t group, std::uint32_t count);

  /// Writes the bytes, at most kEncodedMax, and answers the place behind them; `take` reads them back off the
  /// front, false when they are damaged.
  static constexpr std::size_t kEncodedMax = 2 + kEntriesMax * (2 + 3);
  [[nodiscard]] std::uint8_t* write(std::uint8_t* out) const;
  [[nodiscard]] static bool take(std::string_view& data, LatencySketch& sketch);

 private:
  struct Entry {
    std::uint32_t group;
    std::uint32_t count;
  };
  void coarsen();

  std::array<Entry, kEntriesMax + 1> entries_;  // by falling group; the first size_ of them
  std::uint8_t size_ = 0;
  std::uint8_t level_ = 0;
};

/// Several sketches together, to ask for a statistic. Made once and cleared: it is large.
class LatencySum {
 public:
  void clear();
  void add(std::uint16_t bucket, std::uint32_t count);
  void add(const LatencySketch& sketch);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// In seconds, by nearest rank; 0 without values. kMean is of the buckets' representatives.
  [[nodiscard]] double statistic(LatencyStatistic which) const;

 private:
  [[nodiscard]] double percentile(double fraction) const;

  std::array<std::uint32_t, kLatencyBuckets> counts_{};
  std::uint16_t lowest_ = kLatencyBuckets;
  std::uint16_t highest_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace weir
