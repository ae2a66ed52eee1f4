#include "store/sqlite_outbox_events.h"

#include <boost/json.hpp>

#include "store/notification_json.h"

namespace weir {

Result<void> append_outbox_events(SqliteConnection& connection, std::span<const OutboxEvent> events) {
  if (events.empty()) return {};
  WEIR_TRY_ASSIGN(insert, connection.prepare("INSERT INTO outbox_events(event) VALUES(?1)"));
  for (const OutboxEvent& event : events) {
    const std::string text = boost::json::serialize(to_json(event));
    insert.bind_text(1, text);
    WEIR_TRY(insert.run());
  }
  return {};
}

}  // namespace weir
