// The histograms of a part's rows: kept in runs, so that one row's are read without all others', and once
// more in front, the heads of all rows together, for those who rank by a percentile.
//
// Bytes in, bytes out; any bytes may be handed to a reader. Layout: docs/usage.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log_histogram.h"
#include "base/result.h"

namespace weir {

/// About so many bytes are a run, both times together …
inline constexpr std::size_t kRollupRunBytes = 16U << 10;
/// … and a part has at most so many of them.
inline constexpr unsigned kRollupRunBits = 6;
inline constexpr std::size_t kRollupRunsMax = std::size_t{1} << kRollupRunBits;

/// Histograms of some rows, one after the other. Empty when no row needs one.
struct RollupRun {
  std::string responses;
  std::string upstreams;
};

/// How far down heads reach.
enum class RollupHeads : std::uint8_t {
  kTenth,  // and a little more: for rankings by p90 and above
  kHalf,   // by the median
};
inline constexpr std::size_t kRollupHeads = 2;

/// Which rows of a part a run is of.
struct RollupRunRef {
  std::size_t index = 0;  // of the part's runs
  std::size_t first = 0;  // row
  std::size_t rows = 0;
};

/// Rows of each run of a part, so that none has many more than kRollupRunBytes of `bytes`.
[[nodiscard]] std::size_t rollup_run_rows(std::size_t rows, std::size_t bytes);

/// Histograms of one of a call's times, collected row by row. Not thread-safe.
class RollupHistogramBuilder {
 public:
  /// `encoded`: base/log_histogram.h; empty for a row that needs none.
  void add(std::string_view encoded);
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
  [[nodiscard]] std::vector<std::string> runs(std::size_t run_rows) const;
  /// Of every row the buckets that a share of all rows' calls lie in, the slowest; one for each of `shares`.
  [[nodiscard]] std::vector<std::string> heads(std::span<const double> shares) const;
  void clear();

 private:
  [[nodiscard]] std::string heads(std::size_t lowest) const;
  template <class Visit>
  void each(Visit visit) const;

  std::vector<std::uint64_t> sizes_;
  std::string bytes_;
};

/// Not thread-safe: used for run after run. The bytes opened must stay while histograms are asked for.
class RollupHistogramReader {
 public:
  /// Has none.
  void close() { rows_ = 0; }
  /// kCorrupt: not a run of so many rows.
  [[nodiscard]] Result<void> open(const RollupRunRef& run, std::string_view bytes);
  /// Heads of `rows` rows. False, and closed: buckets from `lowest` on are not all in them. kCorrupt.
  [[nodiscard]] Result<bool> open_heads(std::size_t rows, std::size_t lowest, std::string_view bytes);

  [[nodiscard]] bool has(std::size_t row) const { return row - first_ < rows_; }
  /// Encoded; of a row it has.
  [[nodiscard]] std::string_view at(std::size_t row) const {
    const std::size_t place = row - first_;
    return bytes_.substr(offsets_[place], offsets_[place + 1] - offsets_[place]);
  }

 private:
  Result<void> open_rows(std::size_t first, std::size_t rows, std::string_view bytes);

  std::size_t first_ = 0;
  std::size_t rows_ = 0;
  std::vector<std::uint64_t> offsets_;  // rows_ + 1, into bytes_
  std::string_view bytes_;
};

}  // namespace weir
