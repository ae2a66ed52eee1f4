// GET /api/v1/stream: server-sent events (WHATWG HTML, 9.2), live and resumable.
#pragma once

#include <string>

#include "admin/event_ring.h"
#include "admin/router.h"
#include "usage/live_totals.h"

namespace weir {

/// Streams open at once; beyond: 503.
inline constexpr std::size_t kStreamsMax = 32;

/// The data of a "totals" event.
[[nodiscard]] std::string to_event_data(const LiveSecond& second);

/// Everything handed in outlives the router and all its answers.
void add_stream_routes(Router& router, const EventRing& events, const Clock& clock);

}  // namespace weir
