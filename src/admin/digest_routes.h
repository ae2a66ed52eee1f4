// /api/v1/alerts/digest: what the weekly digest says, and sending it now.
#pragma once

#include "admin/digest_service.h"
#include "admin/router.h"

namespace weir {

/// Everything handed in outlives the router.
void add_digest_routes(Router& router, DigestService& digests, const Clock& clock);

}  // namespace weir
