// GET /api/v1/alerts/report.
#pragma once

#include "admin/router.h"
#include "alerts/alert_text.h"
#include "base/clock.h"
#include "store/alert_store.h"

namespace weir {

void add_alert_report_routes(Router& router, AlertStore& store, AlertNames names, const Clock& clock);

}  // namespace weir
