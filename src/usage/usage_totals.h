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

/// What groups are ordered by: the larger, the earlier. Percentiles need the sum's histogram.
[[nodiscard]] double order_value(UsageOrder order, const ScanSum& sum);
[[nodiscard]] bool needs_histogram(UsageOrder order);

}  // namespace weir
