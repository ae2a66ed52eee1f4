#include "usage/rollup_cursor.h"

#include <algorithm>

namespace weir {
namespace {

bool later(const RollupCursor* a, const RollupCursor* b) {
  return rollup_order(RollupCut::kPairs, b->row().dims) < rollup_order(RollupCut::kPairs, a->row().dims);
}

}  // namespace

Result<bool> RollupCursor::next() {
  if (!rows_.empty() && ++at_ < rows_.size()) return true;
  if (next_part_ == parts_.size()) return false;
  WEIR_TRY(load(parts_[next_part_]));
  ++next_part_;
  return !rows_.empty();
}

Result<void> RollupCursor::load(const RollupPartRef& part) {
  part_ = part;
  WEIR_TRY_ASSIGN(snapshot, store_->snapshot());
  for (const RollupColumns columns : {RollupColumns::kCounts, RollupColumns::kTimes, RollupColumns::kRest}) {
    if (columns != RollupColumns::kCounts && !part.is_split) break;
    WEIR_TRY_ASSIGN(bytes, snapshot->columns(part.id, columns));
    columns_[static_cast<std::size_t>(columns)] = bytes;
  }
  WEIR_TRY(reader_.open(part.cut, part.rows, columns_[0], part.is_split));
  if (part.is_split) {
    WEIR_TRY(reader_.open_columns(RollupColumns::kTimes, columns_[1]));
    WEIR_TRY(reader_.open_columns(RollupColumns::kRest, columns_[2]));
  }
  at_ = 0;
  return reader_.decode(rows_);
}

Result<void> RollupCursor::load_run() {
  const RollupRunRef run = rollup_run_of(part_, at_);
  WEIR_TRY_ASSIGN(snapshot, store_->snapshot());
  {
    WEIR_TRY_ASSIGN(responses, snapshot->histograms(part_, run.index, RollupTimes::kResponse));
    responses_ = responses;
  }
  {
    WEIR_TRY_ASSIGN(upstreams, snapshot->histograms(part_, run.index, RollupTimes::kUpstream));
    upstreams_ = upstreams;
  }
  WEIR_TRY(reader_.open_histograms(RollupTimes::kResponse, run, responses_));
  return reader_.open_histograms(RollupTimes::kUpstream, run, upstreams_);
}

Result<RollupHistograms> RollupCursor::histograms() {
  const RollupMeasures& measures = row().measures;
  if (measures.response_count <= 1 && measures.upstream_count <= 1) return RollupHistograms{};
  if (!reader_.has_histogram(RollupTimes::kUpstream, at_)) WEIR_TRY(load_run());
  return RollupHistograms{.response = reader_.histogram(RollupTimes::kResponse, at_),
                          .upstream = reader_.histogram(RollupTimes::kUpstream, at_)};
}

std::vector<RollupPartRef> parts_of_cut(const std::vector<RollupPartRef>& parts, RollupCut cut) {
  std::vector<RollupPartRef> found;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(found),
               [cut](const RollupPartRef& part) { return part.cut == cut; });
  return found;
}

RollupMerge::RollupMerge(RollupStore& store, const std::vector<RollupBlock>& blocks) {
  for (const RollupBlock& block : blocks) {
    cursors_.push_back(std::make_unique<RollupCursor>(store, parts_of_cut(block.parts, RollupCut::kPairs)));
  }
}

Result<void> RollupMerge::advance(RollupCursor* cursor) {
  WEIR_TRY_ASSIGN(has_row, cursor->next());
  if (!has_row) return {};
  heap_.push_back(cursor);
  std::push_heap(heap_.begin(), heap_.end(), later);
  return {};
}

Result<void> RollupMerge::start() {
  for (const auto& cursor : cursors_) WEIR_TRY(advance(cursor.get()));
  started_ = true;
  return {};
}

Result<bool> RollupMerge::next() {
  if (!started_) WEIR_TRY(start());
  if (heap_.empty()) return false;
  std::pop_heap(heap_.begin(), heap_.end(), later);
  RollupCursor* const first = heap_.back();
  heap_.pop_back();
  row_ = first->row();
  WEIR_TRY_ASSIGN(histograms, first->histograms());
  response_ = histograms.response;
  upstream_ = histograms.upstream;
  WEIR_TRY(advance(first));
  WEIR_TRY(merge_same());
  return true;
}

Result<void> RollupMerge::merge_same() {
  if (heap_.empty() || heap_.front()->row().dims != row_.dims) return {};
  response_sum_.clear();
  upstream_sum_.clear();
  const auto merge = [this](const RollupMeasures& measures,
                            const RollupHistograms& histograms) -> Result<void> {
    WEIR_TRY(merge_rollup_durations(measures.response_count, measures.response_sum, histograms.response,
                                    response_sum_));
    return merge_rollup_durations(measures.upstream_count, measures.upstream_sum, histograms.upstream,
                                  upstream_sum_);
  };
  WEIR_TRY(merge(row_.measures, {.response = response_, .upstream = upstream_}));
  while (!heap_.empty() && heap_.front()->row().dims == row_.dims) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    RollupCursor* const same = heap_.back();
    heap_.pop_back();
    WEIR_TRY_ASSIGN(histograms, same->histograms());
    WEIR_TRY(merge(same->row().measures, histograms));
    row_.measures.merge(same->row().measures);
    WEIR_TRY(advance(same));
  }
  response_.clear();
  upstream_.clear();
  if (row_.measures.response_count > 1) response_sum_.encode(response_);
  if (row_.measures.upstream_count > 1) upstream_sum_.encode(upstream_);
  return {};
}

}  // namespace weir
