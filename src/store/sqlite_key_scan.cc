#include "store/sqlite_key_scan.h"

#include <fmt/format.h>

#include "store/key_row.h"
#include "store/sqlite_connection.h"

namespace weir {
namespace {

void read_row(const SqliteStatement& statement, KeyRow& row) {
  int column = 0;
  const auto number = [&](auto& field) {
    field = static_cast<std::remove_reference_t<decltype(field)>>(statement.column_int(column++));
  };
  const auto text = [&](std::string& field) { field = statement.column_text(column++); };
  number(row.id);
  number(row.user_id);
  text(row.name);
  text(row.description);
  text(row.display);
  text(row.digest);
  text(row.retired_digest);
  number(row.retired_ends_at);
  number(row.retired_ends_on_use);
  number(row.is_active);
  number(row.has_expiry);
  number(row.expires_at);
  text(row.plan);
  text(row.limits);
  text(row.allowed_routes);
  text(row.allowed_networks);
  number(row.created_at);
  number(row.updated_at);
}

/// key_usage beside api_keys, both in order of id: a merge instead of a million look-ups.
class UsageCursor {
 public:
  explicit UsageCursor(SqliteStatement statement) : statement_(std::move(statement)) {}

  Result<void> advance_to(KeyRow& row) {
    while (!done_ && id_ < row.id) {
      WEIR_TRY_ASSIGN(has_row, statement_.step());
      done_ = !has_row;
      if (has_row) id_ = statement_.column_int(0);
    }
    const bool found = !done_ && id_ == row.id;
    row.calls = found ? statement_.column_int(1) : 0;
    row.last_used = found ? statement_.column_int(2) : 0;
    return {};
  }

 private:
  SqliteStatement statement_;
  std::int64_t id_ = 0;
  bool done_ = false;
};

}  // namespace

Result<void> scan_sqlite_keys(const std::filesystem::path& path,
                              const std::function<void(const ApiKey&)>& visit) {
  WEIR_TRY_ASSIGN(connection, SqliteConnection::open(path, SqliteAccess::kReadOnly));
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection, SqliteAccess::kReadOnly));
  WEIR_TRY_ASSIGN(keys,
                  connection.prepare(fmt::format("SELECT id, {} FROM api_keys ORDER BY id", kKeyColumns)));
  WEIR_TRY_ASSIGN(usage,
                  connection.prepare("SELECT key_id, calls, last_used FROM key_usage ORDER BY key_id"));
  UsageCursor cursor(std::move(usage));
  KeyRow row;
  ApiKey key;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, keys.step());
    if (!has_row) return {};
    read_row(keys, row);
    WEIR_TRY(cursor.advance_to(row));
    WEIR_TRY(row.to(key));
    visit(key);
  }
}

}  // namespace weir
