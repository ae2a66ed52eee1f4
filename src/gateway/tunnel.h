// An upgraded connection: bytes both ways until one side ends.
#pragma once

#include "gateway/client_connection.h"
#include "gateway/worker.h"
#include "net/connection_pool.h"

namespace weir {

/// Sends the 101 answer in `client.out`, then carries bytes. Records the request when the tunnel ends; the
/// client's connection cannot be used on.
[[nodiscard]] net::Task<void> run_tunnel(Worker& worker, GatewayBounds bounds, ClientConnection& client,
                                         net::Connection& upstream, Instant sent_at);

}  // namespace weir
