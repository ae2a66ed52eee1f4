// Rows of one cut of one block, in order; and of many blocks merged into one run.
//
// One thread. Nothing is held between two calls but the counts and one run of histograms of the part in hand:
// each is read in a snapshot of its own, which sees the same bytes, for blocks never change while the thread
// that removes them is the one that reads here.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/log_histogram.h"
#include "base/result.h"
#include "store/rollup_store.h"

namespace weir {

class RollupCursor {
 public:
  /// `parts`: of one cut, in order.
  RollupCursor(RollupStore& store, std::vector<RollupPartRef> parts)
      : store_(&store), parts_(std::move(parts)) {}

  /// Moves to the next row (at first: to the first); false: there is none.
  [[nodiscard]] Result<bool> next();
  [[nodiscard]] const RollupRow& row() const { return rows_[at_]; }
  /// The row's; valid until the next call of either.
  [[nodiscard]] Result<RollupHistograms> histograms();

 private:
  Result<void> load(const RollupPartRef& part);
  Result<void> load_run();

  RollupStore* store_;
  std::vector<RollupPartRef> parts_;
  std::size_t next_part_ = 0;
  RollupPartRef part_;
  std::array<std::string, kRollupColumnGroups> columns_;
  std::string responses_;  // of one run
  std::string upstreams_;
  RollupPartReader reader_;
  std::vector<RollupRow> rows_;
  std::size_t at_ = 0;
};

/// The parts of one cut of a block.
[[nodiscard]] std::vector<RollupPartRef> parts_of_cut(const std::vector<RollupPartRef>& parts, RollupCut cut);

/// Rows of RollupCut::kPairs of many blocks: those of the same dimensions become one.
class RollupMerge {
 public:
  RollupMerge(RollupStore& store, const std::vector<RollupBlock>& blocks);

  /// False: that was all. What `row` and `histograms` give is valid until the next call.
  [[nodiscard]] Result<bool> next();
  [[nodiscard]] const RollupRow& row() const { return row_; }
  [[nodiscard]] RollupHistograms histograms() const { return {.response = response_, .upstream = upstream_}; }

 private:
  Result<void> start();
  Result<void> advance(RollupCursor* cursor);
  Result<void> merge_same();

  std::vector<std::unique_ptr<RollupCursor>> cursors_;
  std::vector<RollupCursor*> heap_;  // the smallest row first
  bool started_ = false;
  RollupRow row_;
  std::string response_;
  std::string upstream_;
  LogHistogram response_sum_;
  LogHistogram upstream_sum_;
};

}  // namespace weir
