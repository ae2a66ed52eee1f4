// The channel that is always there: weir's own log.
#pragma once

#include "model/notification.h"

namespace weir {

/// One line: WARNING or CRITICAL as the alert is while it fires, information once it is acknowledged or
/// resolved.
void log_event(const OutboxEvent& event);

}  // namespace weir
