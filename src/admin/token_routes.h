// /api/v1/tokens…: who may use the admin API.
#pragma once

#include "admin/router.h"
#include "admin/token_service.h"
#include "base/clock.h"

namespace weir {

/// Everything handed in outlives the router.
void add_token_routes(Router& router, TokenService& service, const Clock& clock);

}  // namespace weir
