// Events on their way into the outbox, on whichever connection makes them true.
#pragma once

#include <span>

#include "base/result.h"
#include "model/notification.h"
#include "store/sqlite_connection.h"

namespace weir {

/// Appends events to weir.db within the transaction `connection` has open; their ids are the table's.
/// Blocking.
[[nodiscard]] Result<void> append_outbox_events(SqliteConnection& connection,
                                                std::span<const OutboxEvent> events);

}  // namespace weir
