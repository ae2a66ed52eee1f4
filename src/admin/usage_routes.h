// /api/v1/usage: the call log, newest first, in pages or as one text.
#pragma once

#include "admin/call_filter.h"
#include "admin/router.h"
#include "store/call_log.h"

namespace weir {

/// Everything handed in outlives the router.
void add_usage_routes(Router& router, CallLog& calls, const Clock& clock);

}  // namespace weir
