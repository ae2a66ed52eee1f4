#include "usage/block_scanner.h"

#include <algorithm>

namespace weir {
namespace {

/// Looking up a part costs as much as so many of its rows.
constexpr std::size_t kPartCost = 64;
/// Merging a row's histograms costs as much as adding up so many rows.
constexpr std::size_t kHistogramCost = 8;

/// The cuts that can answer, that with the fewest rows first. Blocks of short periods, and those a weir made
/// that did not know a cut, have only later ones; every block has the last.
std::vector<RollupCut> cuts_for(const ScanFilter& filter, GroupBy group_by) {
  const bool by_key = filter.keys.has_value() || group_by == GroupBy::kKey || group_by == GroupBy::kUser;
  const bool by_endpoint = filter.endpoint.has_value() || group_by == GroupBy::kEndpoint;
  if (by_key && by_endpoint) {
    // What narrows is what the rows had better be ordered by.
    if (filter.keys) return {RollupCut::kPairs};
    return {RollupCut::kPairsByEndpoint, RollupCut::kPairs};
  }
  if (by_endpoint) return {RollupCut::kEndpoints, RollupCut::kPairs};
  if (!by_key) return {RollupCut::kTotals, RollupCut::kPairs};
  const bool detail = filter.method || filter.by_status() || group_by == GroupBy::kStatus ||
                      group_by == GroupBy::kMethod || group_by == GroupBy::kOutcome;
  if (detail) return {RollupCut::kKeyDetail, RollupCut::kPairs};
  const bool whole_users =
      filter.user ? group_by != GroupBy::kKey : !filter.keys && group_by == GroupBy::kUser;
  if (whole_users) return {RollupCut::kUsers, RollupCut::kKeys, RollupCut::kPairs};
  return {RollupCut::kKeys, RollupCut::kPairs};
}

std::size_t points_of(const ScanQuestion& question) {
  if (question.step == 0) return 1;
  return static_cast<std::size_t>((question.cover.to - question.cover.from) / question.step);
}

bool may_match(const RollupPartRef& part, const std::vector<std::uint32_t>* leading) {
  if (leading == nullptr) return true;
  const auto found = std::lower_bound(leading->begin(), leading->end(), part.first);
  return found != leading->end() && *found <= part.last;
}

}  // namespace

Result<std::vector<RollupBlock>> blocks_of(RollupSnapshot& snapshot, const ScanQuestion& question) {
  const std::vector<RollupCut> cuts = cuts_for(question.filter, question.group_by);
  std::vector<RollupBlock> blocks;
  for (const UsageSpan& span : question.cover.spans) {
    WEIR_TRY(snapshot.blocks(span.tier, span.from, span.to, cuts, blocks));
    for (int tier = 0; tier < static_cast<int>(span.tier); ++tier) {
      WEIR_TRY(
          snapshot.unfolded(static_cast<RollupTier>(tier), span.from, span.to, cuts, SIZE_MAX / 2, blocks));
    }
  }
  return blocks;
}

BlockScanner::BlockScanner(RollupSnapshot& snapshot, const ScanQuestion& question)
    : snapshot_(snapshot),
      question_(question),
      row_cost_(question.response_times || question.upstream_times ? kHistogramCost : 1),
      rows_(question.filter),
      sums_(question, points_of(question)) {
  if (question.filter.endpoint) endpoint_ = {*question.filter.endpoint};
  if (question.filter.user) user_ = {*question.filter.user};
  if (question.wanted != nullptr) wanted_ = sums_.groups();
  std::sort(wanted_.begin(), wanted_.end());
}

Result<void> BlockScanner::scan(const RollupBlock& block) {
  const auto done = scan_parts(block);
  if (done || done.error().code != ErrorCode::kNotFound) return done;
  return fail(ErrorCode::kCorrupt, done.error().detail);  // what the block lists is to be there
}

Result<void> BlockScanner::scan_parts(const RollupBlock& block) {
  if (block.parts.empty()) return {};
  const std::size_t point =
      question_.step > 0 ? static_cast<std::size_t>((block.period - question_.cover.from) / question_.step)
                         : 0;
  const auto* const leading = leading_of(block.parts.front().cut);  // all are of one cut
  for (const RollupPartRef& part : block.parts) {
    if (!may_match(part, leading)) continue;
    WEIR_TRY(rows_.choose(part, snapshot_, leading));
    const std::size_t chosen = rows_.rows().size();
    cost_ += kPartCost + (leading == nullptr ? part.rows : 0) + chosen * row_cost_;
    if (chosen > 0) WEIR_TRY(sums_.add(rows_, part, point, snapshot_));
  }
  return {};
}

/// Values of the cut's leading dimension that can match, ascending; null: any.
const std::vector<std::uint32_t>* BlockScanner::leading_of(RollupCut cut) const {
  if (cut == RollupCut::kTotals) return nullptr;
  if (leads_with_endpoint(cut)) {
    if (question_.filter.endpoint) return &endpoint_;
    return question_.wanted != nullptr && question_.group_by == GroupBy::kEndpoint ? &wanted_ : nullptr;
  }
  if (cut == RollupCut::kUsers) {
    if (question_.filter.user) return &user_;
    return question_.wanted != nullptr ? &wanted_ : nullptr;
  }
  if (question_.filter.keys) return &*question_.filter.keys;
  return question_.wanted != nullptr && question_.group_by == GroupBy::kKey ? &wanted_ : nullptr;
}

}  // namespace weir
