// An upgraded connection: bytes both ways until one side ends.
#pragma once

#include "gateway/client_connection.h"
#include "gateway/worker.h"
#include "net/connection_pool.h"

namespace weir {

/// Records the request, sends the 101 answer in `client.out`, then carries bytes until the tunnel ends. The
/// record is of the request and its answer, as every other's, and is written as early: a tunnel may live for
/// days and end by a kill. What the tunnel carries is in the worker's counters. The client's connection
/// cannot be used on.
[[nodiscard]] net::Task<void> run_tunnel(Worker& worker, GatewayBounds bounds, ClientConnection& client,
                                         net::Connection& upstream, Instant sent_at);

}  // namespace weir
