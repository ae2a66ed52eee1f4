// Alerts on their way into weir.db, on the connection of the pipeline's transaction.
#pragma once

#include "base/result.h"
#include "store/alert_store.h"
#include "store/sqlite_connection.h"

namespace weir {

/// Writes `commit` within the transaction `connection` has open. Blocking.
[[nodiscard]] Result<void> commit_alerts(SqliteConnection& connection, const AlertCommit& commit);

}  // namespace weir
