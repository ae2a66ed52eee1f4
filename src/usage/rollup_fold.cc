#include "usage/rollup_fold.h"

#include <algorithm>

namespace weir {
namespace {

/// Rows of a step, and bytes of a transaction: a few milliseconds each.
constexpr std::size_t kStepRows = 4096;
constexpr std::size_t kWriteBytes = 512U << 10;
/// Most rows held in memory to be put in the order of endpoints.
constexpr std::uint64_t kHeldRowsMax = 131'072;

}  // namespace

RollupFold::RollupFold(RollupStore& store, RollupFoldPlan plan, UtcTime now)
    : store_(store), plan_(std::move(plan)), now_(now), merge_(store, plan_.sources), cuts_(plan_.tier) {}

Result<bool> RollupFold::step() {
  if (!begun_) WEIR_TRY(store_.begin(plan_.tier, plan_.period, now_));
  begun_ = true;
  if (phase_ == Phase::kPairs) {
    WEIR_TRY(merge_pairs());
  } else if (phase_ == Phase::kByEndpoint) {
    WEIR_TRY(turn_round());
  }
  if (phase_ != Phase::kPublish) {
    WEIR_TRY(write(false));
    return false;
  }
  std::vector<std::int64_t> sources;
  for (const RollupBlock& block : plan_.sources) sources.push_back(block.id);
  WEIR_TRY(store_.publish(parts_, sources, plan_.fate, plan_.folded));
  return true;
}

Result<void> RollupFold::write(bool all) {
  std::size_t bytes = 0;
  for (const RollupPart& part : parts_) bytes += part.bytes();
  if (parts_.empty() || (!all && bytes < kWriteBytes)) return {};
  WEIR_TRY(store_.add(parts_));
  parts_.clear();
  return {};
}

Result<void> RollupFold::merge_pairs() {
  for (std::size_t i = 0; i < kStepRows; ++i) {
    WEIR_TRY_ASSIGN(has_row, merge_.next());
    if (!has_row) {
      if (pairs_.rows() > 0) parts_.push_back(pairs_.finish(RollupCut::kPairs));
      cuts_.finish(parts_);
      if (!tier_has_cut(plan_.tier, RollupCut::kPairsByEndpoint)) {
        phase_ = Phase::kPublish;
        return {};
      }
      WEIR_TRY(write(true));  // the pairs are read again
      plan_runs();
      phase_ = Phase::kByEndpoint;
      return {};
    }
    if (pairs_.ends_before(RollupCut::kPairs, merge_.row().dims))
      parts_.push_back(pairs_.finish(RollupCut::kPairs));
    pairs_.add(merge_.row(), merge_.histograms());
    if (pairs_.full()) parts_.push_back(pairs_.finish(RollupCut::kPairs));
    WEIR_TRY(cuts_.add(merge_.row(), merge_.histograms(), parts_));
    if (tier_has_cut(plan_.tier, RollupCut::kPairsByEndpoint))
      ++rows_of_endpoint_[merge_.row().dims.endpoint];
  }
  return {};
}

/// As many endpoints a run as fit into memory; one with more rows than that is alone, for its rows are in
/// order of key as they are and need not be held.
void RollupFold::plan_runs() {
  std::uint64_t rows = 0;
  for (const auto& [endpoint, count] : rows_of_endpoint_) {
    if (runs_.empty() || rows + count > kHeldRowsMax) {
      runs_.push_back({.first = endpoint, .last = endpoint});
      rows = 0;
    }
    runs_.back().last = endpoint;
    rows += count;
  }
}

Result<void> RollupFold::turn_round() {
  if (run_ == runs_.size()) {
    if (by_endpoint_.rows() > 0) parts_.push_back(by_endpoint_.finish(RollupCut::kPairsByEndpoint));
    phase_ = Phase::kPublish;
    return {};
  }
  if (!cursor_) cursor_.emplace(store_, parts_of_cut(store_.added(), RollupCut::kPairs));
  const EndpointRun run = runs_[run_];
  for (std::size_t i = 0; i < kStepRows * 4; ++i) {
    WEIR_TRY_ASSIGN(has_row, cursor_->next());
    if (!has_row) return finish_run();
    const RollupRow& row = cursor_->row();
    if (row.dims.endpoint < run.first || row.dims.endpoint > run.last) continue;
    if (run.first == run.last) {
      put_by_endpoint(row, cursor_->histograms());
    } else {
      const RollupHistograms histograms = cursor_->histograms();
      held_.push_back({row, std::string(histograms.response), std::string(histograms.upstream)});
    }
  }
  return {};
}

Result<void> RollupFold::finish_run() {
  std::sort(held_.begin(), held_.end(), [](const HeldRow& a, const HeldRow& b) {
    return rollup_order(RollupCut::kPairsByEndpoint, a.row.dims) <
           rollup_order(RollupCut::kPairsByEndpoint, b.row.dims);
  });
  for (const HeldRow& held : held_) {
    put_by_endpoint(held.row, {.response = held.response, .upstream = held.upstream});
    if (parts_.size() >= 16) WEIR_TRY(write(false));
  }
  held_.clear();
  cursor_.reset();
  ++run_;
  return {};
}

void RollupFold::put_by_endpoint(const RollupRow& row, const RollupHistograms& histograms) {
  by_endpoint_.add(row, histograms);
  if (by_endpoint_.full()) parts_.push_back(by_endpoint_.finish(RollupCut::kPairsByEndpoint));
}

}  // namespace weir
