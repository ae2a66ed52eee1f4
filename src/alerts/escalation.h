// Which steps of escalation policies are due. Pure.
#pragma once

#include <vector>

#include "alerts/alert_book.h"
#include "model/alert_settings.h"

namespace weir {

/// The steps of `alert` due at `now` and not taken yet; counts them as taken. The first policy that matches
/// holds. None while it is acknowledged or silenced: they follow when that ends.
[[nodiscard]] std::vector<AlertEvent> due_escalations(const std::vector<EscalationPolicy>& policies,
                                                      UtcTime now, Alert& alert);

}  // namespace weir
