// /api/v1/audit: the audit log, newest first.
#pragma once

#include "admin/router.h"
#include "store/audit_store.h"

namespace weir {

/// Everything handed in outlives the router.
void add_audit_routes(Router& router, AuditStore& store, const Clock& clock);

}  // namespace weir
