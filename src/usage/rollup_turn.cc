#include "usage/rollup_turn.h"

#include <algorithm>

#include "base/breath.h"

namespace weir {
namespace {

constexpr std::size_t kPiece = 32;  // rows between breaths: some 20 µs
/// Parts made of held rows before what is there can be written.
constexpr std::size_t kPartsAtOnce = 16;

}  // namespace

/// As many leading dimensions a run as fit into memory; one with more rows than that is alone, for its rows
/// are in order as they come and need not be held.
void RollupTurn::plan() {
  std::uint64_t rows = 0;
  for (const auto& [leading, count] : rows_of_) {
    if (runs_.empty() || rows + count > held_max_) {
      runs_.push_back({.first = leading, .last = leading});
      rows = 0;
    }
    runs_.back().last = leading;
    rows += count;
  }
  planned_ = true;
}

Result<bool> RollupTurn::step(std::size_t rows, std::vector<RollupPart>& out) {
  if (!planned_) plan();
  if (run_ == runs_.size()) {
    flush(out);
    if (builder_.rows() > 0) out.push_back(builder_.finish(to_));
    return true;
  }
  if (all_read_) {
    WEIR_TRY(put_held(out));
    return false;
  }
  if (!cursor_) cursor_.emplace(store_, parts_of_cut(store_.added(), from_));
  const Run run = runs_[run_];
  for (std::size_t i = 0; i < rows; ++i) {
    if (i % kPiece == 0) breathe();
    WEIR_TRY_ASSIGN(has_row, cursor_->next());
    if (!has_row) {
      finish_reading();
      return false;
    }
    RollupRow row = cursor_->row();
    WEIR_TRY_ASSIGN(dims, dims_(row.dims));
    row.dims = dims;
    const std::uint32_t leading = rollup_leading(to_, dims);
    if (leading < run.first || leading > run.last) continue;
    WEIR_TRY_ASSIGN(histograms, cursor_->histograms());
    if (run.first == run.last)
      WEIR_TRY(put(row, histograms, out));
    else
      held_.push_back({row, std::string(histograms.response), std::string(histograms.upstream)});
  }
  return false;
}

void RollupTurn::finish_reading() {
  std::sort(held_.begin(), held_.end(), [this](const Held& a, const Held& b) {
    return rollup_order(to_, a.row.dims) < rollup_order(to_, b.row.dims);
  });
  cursor_.reset();
  all_read_ = true;
  held_put_ = 0;
}

Result<void> RollupTurn::put_held(std::vector<RollupPart>& out) {
  const std::size_t most = out.size() + kPartsAtOnce;
  for (; held_put_ < held_.size() && out.size() < most; ++held_put_) {
    if (held_put_ % kPiece == 0) breathe();
    const Held& held = held_[held_put_];
    WEIR_TRY(put(held.row, {.response = held.response, .upstream = held.upstream}, out));
  }
  if (held_put_ < held_.size()) return {};
  held_.clear();
  all_read_ = false;
  ++run_;
  return {};
}

Result<void> RollupTurn::put(const RollupRow& row, const RollupHistograms& histograms,
                             std::vector<RollupPart>& out) {
  if (!last_ || last_->row.dims != row.dims) {
    flush(out);
    last_ = Held{row, std::string(histograms.response), std::string(histograms.upstream)};
    return {};
  }
  if (!summing_) {
    WEIR_TRY(sum_up(last_->row.measures, {.response = last_->response, .upstream = last_->upstream}));
    summing_ = true;
  }
  WEIR_TRY(sum_up(row.measures, histograms));
  last_->row.measures.merge(row.measures);
  return {};
}

Result<void> RollupTurn::sum_up(const RollupMeasures& measures, const RollupHistograms& histograms) {
  WEIR_TRY(merge_rollup_durations(measures.response_count, measures.response_sum, histograms.response,
                                  response_sum_));
  return merge_rollup_durations(measures.upstream_count, measures.upstream_sum, histograms.upstream,
                                upstream_sum_);
}

void RollupTurn::flush(std::vector<RollupPart>& out) {
  if (!last_) return;
  if (summing_) {
    last_->response.clear();
    last_->upstream.clear();
    response_sum_.encode(last_->response);
    upstream_sum_.encode(last_->upstream);
    response_sum_.clear();
    upstream_sum_.clear();
    summing_ = false;
  }
  builder_.add(last_->row, {.response = last_->response, .upstream = last_->upstream});
  last_.reset();
  if (builder_.full()) out.push_back(builder_.finish(to_));
}

}  // namespace weir
