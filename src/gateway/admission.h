// The identify and admit phases: whose key it is, and whether it may.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/answer.h"
#include "gateway/request_context.h"
#include "gateway/worker.h"
#include "net/http_head.h"

namespace weir {

/// Whose key it is. Fills key and user of `context`, and `match`, which lives as long as the caller's
/// EpochGuard. Returns how the request is refused, or nothing for a valid key.
[[nodiscard]] std::optional<Refusal> identify(Worker& worker, const net::HeaderList& headers,
                                              RequestContext& context, KeyMatch& match);

/// Checks the key and takes from its limits, in memory alone. Fills key, user and limit headers of `context`.
/// Returns how the request is refused, or nothing when it may go on. `route`: none when no route matches.
[[nodiscard]] std::optional<Refusal> admit(Worker& worker, const net::HeaderList& headers, const Route* route,
                                           RequestContext& context);

}  // namespace weir
