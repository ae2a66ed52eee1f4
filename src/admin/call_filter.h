// What a request asks of the call log: its filters as query parameters.
#pragma once

#include <string_view>

#include "admin/query_params.h"
#include "store/call_log.h"

namespace weir {

/// key_id=, user_id=, endpoint=, path=, method=, status=, outcome=, min_response_time=, from=, to=,
/// request_id=. Problems are added to `query`.
[[nodiscard]] CallFilter read_call_filter(QueryParams& query, UtcTime now);

/// "503", or "5xx" for a class. False: neither.
[[nodiscard]] bool read_status_filter(std::string_view text, CallFilter& filter);

}  // namespace weir
