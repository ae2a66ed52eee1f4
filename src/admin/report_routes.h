// GET /api/v1/report: a report of a time as JSON, CSV or HTML.
#pragma once

#include "admin/router.h"
#include "base/clock.h"
#include "store/key_store.h"
#include "usage/usage_queries.h"

namespace weir {

/// Everything handed in outlives the router.
void add_report_routes(Router& router, UsageQueries& queries, KeyStore& keys, const Clock& clock);

}  // namespace weir
