// The head an upstream gets: the request's own fields, and what weir says of the caller.
#pragma once

#include <string>

#include "gateway/active_settings.h"
#include "gateway/client_connection.h"

namespace weir {

/// Appends the whole head to `out`. `expect_continue`: the body waits for the upstream's 100.
void append_forwarded_request(std::string& out, const ClientConnection& client,
                              const GatewaySettings& settings, const Upstream& upstream,
                              bool expect_continue);

}  // namespace weir
