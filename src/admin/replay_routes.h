// /api/v1/alerts/replay and /api/v1/replays.
#pragma once

#include "admin/replay_service.h"
#include "admin/router.h"

namespace weir {

void add_replay_routes(Router& router, ReplayService& replays, const Clock& clock);

}  // namespace weir
