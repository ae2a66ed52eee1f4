#include "usage/usage_scan.h"

#include "usage/block_scanner.h"
#include "usage/scan_helper.h"
#include "usage/scan_work.h"

namespace weir {

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
  WEIR_TRY_ASSIGN(blocks, blocks_of(snapshot, question));
  ScanWork work(std::move(blocks));
  BlockScanner scanner(snapshot, question);
  if (question.helper != nullptr) {
    WEIR_TRY(question.helper->scan(scanner, question, work));
  } else {
    while (const RollupBlock* const block = work.take()) WEIR_TRY(scanner.scan(*block));
  }
  return scanner.take();
}

}  // namespace weir
