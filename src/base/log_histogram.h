// Durations in logarithmic buckets: any percentile within 1 %, mergeable, a few bytes when stored.
//
// Not thread-safe. The guarantee and the merging are those of DDSketch (Masson, Rim, Lee: "DDSketch: a fast
// and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019, section 2): buckets whose
// bounds grow by (1 + a) / (1 - a), a = 0.01, and one value that stands for each. The bounds here are whole
// microseconds, found by integer arithmetic (log_buckets.h), so they are the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

class LogHistogram {
 public:
  /// Most one bucket counts; it stays there.
  static constexpr std::uint64_t kCountMax = (1ULL << 53) - 1;
  /// Longest encoding: every bucket, each with the largest count.
  static constexpr std::size_t kEncodedMax = 16U << 10;

  /// Counts `duration` `count` times. Below 0 counts as 0; above kLogValueMax (12 days) as that.
  void add(Micros duration, std::uint64_t count = 1);
  void merge(const LogHistogram& other);

  /// Merges what `encode` wrote, without making a histogram of it; allocates only for buckets not seen
  /// before. kCorrupt: these bytes are none; the buckets before the damage are merged, so throw this
  /// histogram away. Buckets below `lowest` (log_bucket_of) are left out, and not even read.
  [[nodiscard]] Result<void> merge(std::string_view encoded, std::size_t lowest = 0);

  [[nodiscard]] bool empty() const { return cells_.empty(); }
  [[nodiscard]] std::uint64_t count() const;
  void clear();

  /// The duration `fraction` (0 to 1) of the values do not exceed, by nearest rank: the ceil(fraction *
  /// count)-th smallest value, within 1 %, never above `largest`, the largest value when the caller keeps it.
  /// Zero when empty.
  [[nodiscard]] Micros percentile(double fraction, Micros largest = Micros::max()) const;
  /// The same of `total` values of which this histogram has the largest; nothing: it lies below those.
  [[nodiscard]] std::optional<Micros> top_percentile(double fraction, std::uint64_t total,
                                                     Micros largest = Micros::max()) const;

  /// `percentile` of each of `fractions`, which fall: in one walk. As many go to `out`.
  void percentiles(std::span<const double> fractions, Micros largest, std::span<Micros> out) const;
  /// Of `total` values, at least 1, the how manieth largest that percentile is: 1 for the largest.
  [[nodiscard]] static std::uint64_t rank_from_top(double fraction, std::uint64_t total);

  /// The highest bucket (log_bucket_of) that, with those above it, has at least `share` (0 to 1) of the
  /// values; 0 when empty.
  [[nodiscard]] std::size_t top_bucket(double share) const;

  /// Appends the bytes: nothing when empty, 2 for a single value. The same counts give the same bytes, in
  /// whatever order they came together. For each bucket, the highest first, since high percentiles are what
  /// is asked for: a varint (base/varint.h) of `gap * 2 + (count > 1)`, gap being the buckets left out since
  /// the last one (or the end), then, when the count is above 1, a varint of `count - 2`.
  void encode(std::string& out) const;

  /// Length of the beginning of what `encode` wrote that has the buckets from `lowest` on: an encoding, too.
  [[nodiscard]] static std::size_t head_size(std::string_view encoded, std::size_t lowest);

  /// kCorrupt for anything `encode` did not write.
  [[nodiscard]] static Result<LogHistogram> decode(std::string_view encoded);

  friend bool operator==(const LogHistogram& a, const LogHistogram& b);

 private:
  void count(std::size_t bucket, std::uint64_t count);
  void count_sparse(std::size_t bucket, std::uint64_t count, std::size_t& position);
  std::uint64_t& dense_cell(std::size_t bucket);
  void widen(std::size_t bucket);
  void make_dense();
  /// Calls `visit(bucket, count)` for every bucket with a count, in falling order, until it returns false.
  template <class Visit>
  void each(Visit visit) const;

  // Sparse: a bucket's number above its count, in rising order, at most kSparseMax. Dense: counts of the
  // buckets from first_.
  std::vector<std::uint64_t> cells_;
  std::uint16_t first_ = 0;
  bool dense_ = false;
};

}  // namespace weir
