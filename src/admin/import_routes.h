// /api/v1/imports: access logs of other servers taken over.
#pragma once

#include "admin/import_service.h"
#include "admin/router.h"

namespace weir {

void add_import_routes(Router& router, ImportService& imports);

}  // namespace weir
