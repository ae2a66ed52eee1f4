// /api/v1/limits: windows, plans, the algorithm.
#pragma once

#include "admin/limit_service.h"
#include "admin/router.h"

namespace weir {

/// Everything handed in outlives the router.
void add_limit_routes(Router& router, LimitService& service);

}  // namespace weir
