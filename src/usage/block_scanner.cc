#include "usage/block_scanner.h"

#include <algorithm>

namespace weir {
namespace {

/// Looking up a part costs as much as so many of its rows.
constexpr std::size_t kPartCost = 64;

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
    : snapshot_(snapshot), question_(question), rows_(question.filter), sums_(question, points_of(question)) {
  if (question.filter.endpoint) endpoint_ = {*question.filter.endpoint};
  if (question.filter.user) user_ = {*question.filter.user};
  if (question.wanted != nullptr) wanted_ = sums_.groups();
  std::sort(wanted_.begin(), wanted_.end());
}

Result<void> BlockScanner::scan(const RollupBlock& block) {
  if (block.parts.empty()) return {};
  const std::size_t point =
      question_.step > 0 ? static_cast<std::size_t>((block.period - question_.cover.from) / question_.step)
                         : 0;
  const auto* const leading = leading_of(block.parts.front().cut);  // all are of one cut
  for (const RollupPartRef& part : block.parts) {
    if (!may_match(part, leading)) continue;
    WEIR_TRY(rows_.choose(part, snapshot_, leading));
    cost_ += kPartCost + rows_.rows().size();
    if (!rows_.rows().empty()) WEIR_TRY(sums_.add(rows_, part, point, snapshot_));
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
