// A part of a block: a run of rows of one cut, stored column by column, histograms apart from counts.
//
// Bytes in, bytes out; any bytes may be handed to a reader. Layout: docs/usage.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log_histogram.h"
#include "base/result.h"
#include "store/int_column.h"
#include "store/rollup_histograms.h"
#include "store/rollup_row.h"

namespace weir {

/// Rows of a full part.
inline constexpr std::size_t kRollupPartRows = 512;
/// … and the bytes its histograms may have before it counts as full.
inline constexpr std::size_t kRollupPartHistogramBytes = 256U << 10;

/// Stored: never renumbered. A column of zeros is left out.
enum class RollupColumn : std::uint8_t {
  kKey = 0,
  kEndpoint = 1,
  kMethod = 2,
  kStatus = 3,
  kOutcome = 4,
  kRequests = 5,
  kErrors = 6,
  kClientErrors = 7,
  kLimited = 8,
  kRefused = 9,
  kShadowLimited = 10,
  kBytesIn = 11,
  kBytesOut = 12,
  kResponseSum = 13,
  kResponseMax = 14,
  kUpstreamCount = 15,
  kUpstreamSum = 16,
  kUpstreamMax = 17,
  kUnmeasured = 18,  // calls without a response time
};
inline constexpr std::size_t kRollupColumns = 19;

/// Columns that are stored apart, so that who ranks by counts reads no others.
enum class RollupColumns : std::uint8_t {
  kCounts,  // what rows have in common, requests, errors, limited
  kTimes,   // of responses
  kRest,
};
inline constexpr std::size_t kRollupColumnGroups = 3;

[[nodiscard]] constexpr RollupColumns rollup_columns_of(RollupColumn column) {
  switch (column) {
    case RollupColumn::kClientErrors:
    case RollupColumn::kRefused:
    case RollupColumn::kShadowLimited:
    case RollupColumn::kBytesIn:
    case RollupColumn::kBytesOut:
    case RollupColumn::kUpstreamCount:
    case RollupColumn::kUpstreamSum:
    case RollupColumn::kUpstreamMax:
      return RollupColumns::kRest;
    case RollupColumn::kResponseSum:
    case RollupColumn::kResponseMax:
    case RollupColumn::kUnmeasured:
      return RollupColumns::kTimes;
    default:
      return RollupColumns::kCounts;
  }
}

/// Whether all groups are ranked in a cut, so that what is read of it is stored apart; of the others a few
/// rows are looked up, with all they have.
[[nodiscard]] constexpr bool is_ranked(RollupCut cut) {
  return cut == RollupCut::kKeys || cut == RollupCut::kKeyDetail || cut == RollupCut::kPairsByEndpoint ||
         cut == RollupCut::kUsers;
}

/// The two times of a call, whose histograms are kept apart: most questions read one of them.
enum class RollupTimes : std::uint8_t { kResponse, kUpstream };

struct RollupPart {
  RollupCut cut = RollupCut::kPairs;
  std::uint32_t rows = 0;
  std::uint32_t first = 0;                      // leading dimension of the first row
  std::uint32_t last = 0;                       // … of the last
  std::uint32_t run_rows = 0;                   // of each run of histograms, but for the last
  std::string counts;                           // all columns, when they are few bytes or not ranked by
  std::string times;                            // RollupColumns::kTimes; empty: in `counts`
  std::string rest;                             // likewise
  std::vector<RollupRun> runs;                  // none when no row needs a histogram, as below
  std::array<std::string, kRollupHeads> heads;  // of the response times; empty: not kept

  [[nodiscard]] bool is_split() const { return !times.empty(); }
  /// Whether its runs' two times are stored apart.
  [[nodiscard]] bool times_apart() const { return is_ranked(cut); }
  [[nodiscard]] std::size_t bytes() const;
};

/// Histograms of a row, encoded (base/log_histogram.h). One of a single duration is not stored: the sum tells
/// it.
struct RollupHistograms {
  std::string_view response;
  std::string_view upstream;
};

/// Not thread-safe: keeps its buffers.
class RollupPartBuilder {
 public:
  void add(const RollupRow& row, const RollupHistograms& histograms);
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] bool full() const {
    return rows_.size() >= kRollupPartRows ||
           responses_.bytes() + upstreams_.bytes() >= kRollupPartHistogramBytes;
  }
  /// Whether a row of this leading dimension had better begin the next part, so that a question about it
  /// reads little else.
  [[nodiscard]] bool ends_before(RollupCut cut, const RollupDims& dims) const {
    return rows_.size() >= kRollupPartRows / 2 &&
           rollup_leading(cut, rows_.back().dims) != rollup_leading(cut, dims);
  }
  /// The rows added since the last call, which were in the cut's order; there is at least one.
  [[nodiscard]] RollupPart finish(RollupCut cut);

 private:
  void encode_columns(RollupPart& part);

  std::vector<RollupRow> rows_;
  RollupHistogramBuilder responses_;
  RollupHistogramBuilder upstreams_;
  std::vector<std::uint64_t> column_;
};

/// Not thread-safe: used for part after part.
class RollupPartReader {
 public:
  /// kCorrupt: not what a builder made. The bytes must stay while columns are asked for. `is_split`: there
  /// are more columns than these.
  [[nodiscard]] Result<void> open(RollupCut cut, std::size_t rows, std::string_view counts,
                                  bool is_split = false);
  /// Those others, of a part that is open. The bytes must stay likewise. kCorrupt.
  [[nodiscard]] Result<void> open_columns(RollupColumns columns, std::string_view bytes);
  [[nodiscard]] bool has_columns(RollupColumns columns) const {
    return has_columns_[static_cast<std::size_t>(columns)];
  }
  /// One of the times' of a run. The bytes must stay while histograms are asked for. kCorrupt.
  [[nodiscard]] Result<void> open_histograms(RollupTimes times, const RollupRunRef& run,
                                             std::string_view histograms);
  /// All rows' response times, but only the buckets from `lowest` on, at least. False: there are not all of
  /// those in these heads. The bytes must stay likewise. kCorrupt.
  [[nodiscard]] Result<bool> open_heads(std::size_t lowest, std::string_view heads);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Decoded when first asked for; of columns that were opened. kCorrupt. Valid until the next open.
  [[nodiscard]] Result<std::span<const std::uint64_t>> column(RollupColumn column);
  /// One value, without decoding the others. kCorrupt.
  [[nodiscard]] Result<std::uint64_t> value(RollupColumn column, std::size_t row);
  /// All rows, with the measures that follow from others; `out` is replaced. kCorrupt.
  [[nodiscard]] Result<void> decode(std::vector<RollupRow>& out);

  /// Whether the row's histogram was opened.
  [[nodiscard]] bool has_histogram(RollupTimes times, std::size_t row) const {
    return histograms_[static_cast<std::size_t>(times)].has(row);
  }
  /// The histogram of a row, encoded: empty for one of no or a single duration. Of rows whose run was opened.
  [[nodiscard]] std::string_view histogram(RollupTimes times, std::size_t row) const {
    return histograms_[static_cast<std::size_t>(times)].at(row);
  }

 private:
  struct Column {
    std::string_view data;
    bool opened = false;
    bool decoded = false;
    IntColumnReader reader;
    std::vector<std::uint64_t> values;
  };
  Result<void> read_columns(std::string_view bytes);
  Result<void> open_column(RollupColumn column);
  template <class Put>
  Result<void> fill(RollupColumn column, Put put);

  RollupCut cut_ = RollupCut::kPairs;
  std::size_t rows_ = 0;
  std::array<Column, kRollupColumns> columns_;
  std::array<bool, kRollupColumnGroups> has_columns_{};  // index: RollupColumns
  std::array<RollupHistogramReader, 2> histograms_;      // index: RollupTimes
};

/// Adds what a row stores of its durations: `count` of them, `sum` together, `encoded` when more than one.
/// Buckets below `lowest` are left out.
[[nodiscard]] Result<void> merge_rollup_durations(std::uint64_t count, std::uint64_t sum,
                                                  std::string_view encoded, LogHistogram& into,
                                                  std::size_t lowest = 0);

}  // namespace weir
