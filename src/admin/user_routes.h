// /api/v1/users…: the owners of keys.
#pragma once

#include "admin/router.h"
#include "admin/user_service.h"
#include "store/user_store.h"

namespace weir {

/// Everything handed in outlives the router.
void add_user_routes(Router& router, UserService& service, UserStore& store);

}  // namespace weir
