// The identify and admit phases: whose key it is, and whether it may.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/answer.h"
#include "gateway/request_context.h"
#include "gateway/worker.h"
#include "net/http_head.h"

namespace weir {

/// Checks the key and takes from its limits, in memory alone. Fills key, user and limit headers of `context`.
/// Returns how the request is refused, or nothing when it may go on. `route`: none when no route matches.
[[nodiscard]] std::optional<Refusal> admit(Worker& worker, const net::HeaderList& headers, const Route* route,
                                           RequestContext& context);

}  // namespace weir
