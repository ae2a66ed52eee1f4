#include "store/sqlite_connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/sqlite_breathing_vfs.h"

namespace weir {
namespace {

Error error_of(sqlite3* connection) {
  const char* path = sqlite3_db_filename(connection, "main");
  return sqlite_error(sqlite3_extended_errcode(connection), sqlite3_errmsg(connection),
                      path != nullptr ? path : "");
}

}  // namespace

Error sqlite_error(int code, std::string_view message, std::string_view path) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return {ErrorCode::kIo,
              fmt::format("'{}': the disk is full; make room, writing goes on by itself", path), true};
    case SQLITE_IOERR:
      return {ErrorCode::kIo, fmt::format("'{}': {} (code {}); check the disk", path, message, code), true};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::kIo,
              fmt::format("'{}' cannot be written: {}; make the file and its folder writable for this user",
                          path, message),
              true};
    case SQLITE_CANTOPEN:
      return {ErrorCode::kIo,
              fmt::format(
                  "'{}' cannot be opened: {}; check that it is there and this user may read and write it and "
                  "its folder",
                  path, message),
              true};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kTimeout, fmt::format("'{}' is locked by another connection: {}", path, message),
              true};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt,
              fmt::format(
                  "'{}' is damaged: {}; restore it from a backup, or move it and its -wal file away to start "
                  "anew",
                  path, message),
              false};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::kConflict, fmt::format("'{}': {}", path, message), false};
    case SQLITE_NOMEM:
      return {ErrorCode::kFull, fmt::format("'{}': out of memory", path), true};
    case SQLITE_TOOBIG:
      return {ErrorCode::kInvalid, fmt::format("'{}': {}", path, message), false};
    default:
      return {ErrorCode::kInternal, fmt::format("'{}': {} (code {})", path, message, code), false};
  }
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

// A bind can only fail for a parameter that does not exist or for memory; the step after it then fails too or
// stores NULL, which the schemas refuse.
void SqliteStatement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
}
void SqliteStatement::bind_null(int parameter) {
  sqlite3_bind_null(statement_.get(), parameter);
}
void SqliteStatement::bind_text(int parameter, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter, text.data() != nullptr ? text.data() : "", text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}
void SqliteStatement::bind_blob(int parameter, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), parameter, bytes.data() != nullptr ? bytes.data() : "", bytes.size(),
                      SQLITE_STATIC);
}

Result<bool> SqliteStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  auto error = error_of(sqlite3_db_handle(statement_.get()));
  sqlite3_reset(statement_.get());
  return tl::unexpected<Error>(std::move(error));
}

Result<void> SqliteStatement::run() {
  WEIR_TRY_ASSIGN(has_row, step());
  if (has_row) reset();
  return {};
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}
std::int64_t SqliteStatement::column_int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteStatement::column_text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view SqliteStatement::column_blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void SqliteConnection::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

tl::unexpected<Error> SqliteConnection::failure() const {
  return tl::unexpected<Error>(error_of(connection_.get()));
}

Result<SqliteConnection> SqliteConnection::open(const std::filesystem::path& path, SqliteAccess access) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                   sqlite_breathing_vfs());
  SqliteConnection connection(raw);
  if (code != SQLITE_OK) {
    return tl::unexpected<Error>(
        sqlite_error(code, raw != nullptr ? sqlite3_errmsg(raw) : "out of memory", path.string()));
  }
  sqlite3_busy_timeout(raw, kSqliteBusyMillis);
  sqlite3_extended_result_codes(raw, 1);
  // Files of ours hold no SQL of others: nothing in a damaged or planted one may run more than it should.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (access == SqliteAccess::kReadOnly) WEIR_TRY(connection.execute("PRAGMA query_only = 1"));
  return connection;
}

Result<void> SqliteConnection::execute(const char* sql) {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure();
  return {};
}

Result<SqliteStatement> SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return failure();
  }
  return SqliteStatement(statement);
}

Result<std::int64_t> SqliteConnection::query_int(std::string_view sql) {
  WEIR_TRY_ASSIGN(statement, prepare(sql));
  WEIR_TRY_ASSIGN(has_row, statement.step());
  return has_row ? statement.column_int(0) : 0;
}

std::int64_t SqliteConnection::last_row_id() const {
  return sqlite3_last_insert_rowid(connection_.get());
}

std::int64_t SqliteConnection::changes() const {
  return sqlite3_changes64(connection_.get());
}

Result<void> SqliteConnection::sync() {
  sqlite3_file* log = nullptr;
  if (sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK) {
    return failure();
  }
  if (log == nullptr || log->pMethods == nullptr) return {};  // nothing was written since the last checkpoint
  const int code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
  if (code == SQLITE_OK) return {};
  const char* path = sqlite3_db_filename(connection_.get(), "main");
  return tl::unexpected<Error>(
      sqlite_error(code, "the disk did not take the log", path != nullptr ? path : ""));
}

Result<SqliteTransaction> SqliteTransaction::begin(SqliteConnection& connection, SqliteAccess access) {
  WEIR_TRY(connection.execute(access == SqliteAccess::kReadWrite ? "BEGIN IMMEDIATE" : "BEGIN"));
  return SqliteTransaction(connection);
}

SqliteTransaction::~SqliteTransaction() {
  // A failed statement may have rolled back already; then this has nothing to do and says so, to nobody.
  if (connection_ != nullptr) static_cast<void>(connection_->execute("ROLLBACK"));
}

Result<void> SqliteTransaction::commit() {
  WEIR_TRY(connection_->execute("COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace weir
