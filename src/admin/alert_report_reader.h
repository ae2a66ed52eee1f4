// A report on the alerts a store has.
#pragma once

#include "alerts/alert_report.h"
#include "base/result.h"
#include "store/alert_store.h"
#include "usage/usage_queries.h"

namespace weir {

/// On the alerts that fired within `range`, of more than 100,000 the newest. Reads them a page at a time;
/// blocks, up to seconds where there are so many. Any thread.
[[nodiscard]] Result<AlertReport> read_alert_report(AlertStore& store, const TimeRange& range);

}  // namespace weir
