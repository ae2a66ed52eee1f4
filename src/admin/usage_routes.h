// /api/v1/usage: the call log, newest first.
#pragma once

#include "admin/router.h"
#include "store/call_log.h"

namespace weir {

/// Everything handed in outlives the router.
void add_usage_routes(Router& router, CallLog& calls);

/// "503" or "5xx" into status_min and status_max; false for anything else.
[[nodiscard]] bool read_status_filter(std::string_view text, CallFilter& filter);

}  // namespace weir
