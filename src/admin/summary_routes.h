// /api/v1/usage/summary, /top, /timeseries and /percentiles: usage from the roll-ups.
#pragma once

#include "admin/router.h"
#include "base/clock.h"
#include "usage/usage_queries.h"

namespace weir {

/// Everything handed in outlives the router.
void add_summary_routes(Router& router, UsageQueries& queries, const Clock& clock);

}  // namespace weir
