#include "usage/usage_scan.h"

#include <algorithm>

#include "usage/usage_rows.h"
#include "usage/usage_sums.h"

namespace weir {
namespace {

std::size_t points_of(const ScanQuestion& question) {
  if (question.step == 0) return 1;
  return static_cast<std::size_t>((question.cover.to - question.cover.from) / question.step);
}

class Scanner {
 public:
  Scanner(RollupSnapshot& snapshot, const ScanQuestion& question)
      : snapshot_(snapshot),
        question_(question),
        rows_(question.filter),
        sums_(question, points_of(question)) {
    if (question.filter.endpoint) endpoint_ = {*question.filter.endpoint};
    if (question.filter.user) user_ = {*question.filter.user};
    cuts_ = cuts_for(question.filter, question.group_by);
    if (question.wanted != nullptr) wanted_ = sums_.groups();
    std::sort(wanted_.begin(), wanted_.end());
  }

  Result<void> run() {
    std::vector<RollupBlock> blocks;
    for (const UsageSpan& span : question_.cover.spans) {
      blocks.clear();
      WEIR_TRY(snapshot_.blocks(span.tier, span.from, span.to, cuts_, blocks));
      for (int tier = 0; tier < static_cast<int>(span.tier); ++tier) {
        WEIR_TRY(snapshot_.unfolded(static_cast<RollupTier>(tier), span.from, span.to, cuts_, SIZE_MAX / 2,
                                    blocks));
      }
      for (const RollupBlock& block : blocks) WEIR_TRY(scan_block(block));
    }
    return {};
  }

  ScanResult take() { return sums_.take(); }

 private:
  Result<void> scan_block(const RollupBlock& block) {
    if (block.parts.empty()) return {};
    const std::size_t point =
        question_.step > 0 ? static_cast<std::size_t>((block.period - question_.cover.from) / question_.step)
                           : 0;
    const auto* const leading = leading_of(block.parts.front().cut);  // all are of one cut
    for (const RollupPartRef& part : block.parts) {
      if (!may_match(part, leading)) continue;
      WEIR_TRY(rows_.choose(part, snapshot_, leading));
      if (!rows_.rows().empty()) WEIR_TRY(sums_.add(rows_, part, point, snapshot_));
    }
    return {};
  }

  /// Values of the cut's leading dimension that can match, ascending; null: any.
  const std::vector<std::uint32_t>* leading_of(RollupCut cut) const {
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

  static bool may_match(const RollupPartRef& part, const std::vector<std::uint32_t>* leading) {
    if (leading == nullptr) return true;
    const auto found = std::lower_bound(leading->begin(), leading->end(), part.first);
    return found != leading->end() && *found <= part.last;
  }

  RollupSnapshot& snapshot_;
  const ScanQuestion& question_;
  UsageRows rows_;
  UsageSums sums_;
  std::vector<std::uint32_t> wanted_;    // ascending
  std::vector<std::uint32_t> endpoint_;  // of the filter
  std::vector<std::uint32_t> user_;      // likewise
  std::vector<RollupCut> cuts_;
};

}  // namespace

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

Result<ScanResult> scan_usage(RollupSnapshot& snapshot, const ScanQuestion& question) {
  Scanner scanner(snapshot, question);
  WEIR_TRY(scanner.run());
  return scanner.take();
}

}  // namespace weir
