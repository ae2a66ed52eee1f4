// What a request to the admin side says of itself: its id, and the way it came.
#pragma once

#include <string>

#include "base/clock.h"
#include "model/actor.h"
#include "net/service.h"

namespace weir {

/// The X-Request-Id it was sent with if that is sane, else a new UUID (version 7). Any thread.
[[nodiscard]] std::string request_id_of(const net::ServiceRequest& request, UtcTime now);

/// kCli for the commands of weir, told by their User-Agent; else kApi.
[[nodiscard]] Via via_of(const net::ServiceRequest& request);

}  // namespace weir
