// The groups with the highest percentile of the response times, among so many that no histogram is made of
// each.
//
// No group's percentile is above that of all calls unless another's is not, so those above it come first.
// A first scan counts calls in bands from there up: that tells of each group between which buckets its
// percentile lies, mostly in which. What it leaves open among those that can be first is read once more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "usage/usage_scan.h"

namespace weir {

struct PercentileRanking {
  std::vector<std::uint32_t> ids;  // the highest first, then by id
  std::size_t found = 0;           // groups, before the limit
};

/// `asked`: one point, the measures of `order`, which is a percentile. `bar`: that of all that matches, in
/// microseconds; 0 when there is none. Any `bar` gives the same answer, a higher one sooner, unless fewer
/// than `limit` groups reach it. kCorrupt, kIo.
[[nodiscard]] Result<PercentileRanking> rank_by_percentile(RollupSnapshot& snapshot, ScanQuestion asked,
                                                           UsageOrder order, std::size_t limit, double bar);

/// Places of groups in `result`, which has one point: the largest first, then by id; the first `limit`.
[[nodiscard]] std::vector<std::uint32_t> ranked(const ScanResult& result, UsageOrder order,
                                                std::size_t limit);

}  // namespace weir
