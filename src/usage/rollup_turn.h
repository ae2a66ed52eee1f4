// Puts the rows of one cut of a block that is being made in the order of another: those that are the same
// there become one.
//
// The roll-up thread only. Memory: some thousand rows, in as many passes as that takes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/log_histogram.h"
#include "base/result.h"
#include "store/rollup_store.h"
#include "usage/rollup_cursor.h"

namespace weir {

class RollupTurn {
 public:
  /// What a row of the first cut has for dimensions in the other.
  using Dims = std::function<Result<RollupDims>(const RollupDims& dims)>;

  /// `store` outlives it. `held_max`: rows in memory at once.
  RollupTurn(RollupStore& store, RollupCut from, RollupCut to, std::uint64_t held_max, Dims dims)
      : store_(store), from_(from), to_(to), held_max_(held_max), dims_(std::move(dims)) {}

  /// There will be one more row to turn, of this leading dimension of the other cut.
  void expect(std::uint32_t leading) { ++rows_of_[leading]; }

  /// Reads up to `rows` rows, which the store's block has by now; full parts go to `out`. True: that was all,
  /// the last part is there too.
  [[nodiscard]] Result<bool> step(std::size_t rows, std::vector<RollupPart>& out);

 private:
  /// Leading dimensions whose rows are turned together: in memory when there are several.
  struct Run {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  struct Held {
    RollupRow row;
    std::string response;
    std::string upstream;
  };

  void plan();
  void finish_reading();
  Result<void> put_held(std::vector<RollupPart>& out);
  Result<void> put(const RollupRow& row, const RollupHistograms& histograms, std::vector<RollupPart>& out);
  Result<void> sum_up(const RollupMeasures& measures, const RollupHistograms& histograms);
  void flush(std::vector<RollupPart>& out);

  RollupStore& store_;
  const RollupCut from_;
  const RollupCut to_;
  const std::uint64_t held_max_;
  Dims dims_;
  std::map<std::uint32_t, std::uint64_t> rows_of_;  // by leading dimension

  bool planned_ = false;
  std::vector<Run> runs_;
  std::size_t run_ = 0;
  std::optional<RollupCursor> cursor_;
  std::vector<Held> held_;
  bool all_read_ = false;     // held_ is the whole run, in order
  std::size_t held_put_ = 0;  // of held_
  std::optional<Held> last_;  // of those put: the next may be the same
  bool summing_ = false;      // last_'s histograms are in the sums
  LogHistogram response_sum_;
  LogHistogram upstream_sum_;
  RollupPartBuilder builder_;
};

}  // namespace weir
