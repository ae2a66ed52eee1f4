// From sums of roll-ups to what a question is answered with.
//
// Pure.
#pragma once

#include <span>

#include "usage/usage_queries.h"
#include "usage/usage_scan.h"

namespace weir {

/// `fractions`: the percentiles of DurationSummary::at.
[[nodiscard]] UsageTotals totals_of(const ScanSum& sum, std::span<const double> fractions = {});

/// What groups are ordered by: the larger, the earlier. Percentiles need the sum's histogram, or the part of
/// it they lie in: below that they are -1.
[[nodiscard]] double order_value(UsageOrder order, const ScanSum& sum);
[[nodiscard]] bool needs_histogram(UsageOrder order);
/// What its value is made of.
[[nodiscard]] ScanMeasures measures_of(UsageOrder order);
/// The percentile it is; 0 for those that are none.
[[nodiscard]] double fraction_of(UsageOrder order);

}  // namespace weir
