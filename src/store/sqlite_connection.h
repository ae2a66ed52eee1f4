// A thin owner of SQLite's C API for the hot paths: connections, statements, transactions; errors as values.
//
// One thread at a time for a connection and everything prepared on it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace weir {

/// Milliseconds a statement waits for another connection's write before it gives up with kTimeout.
inline constexpr int kSqliteBusyMillis = 10'000;

/// An Error from a SQLite result code (primary or extended): what is full or not writable, where, and what to
/// do. `message`: SQLite's own words.
[[nodiscard]] Error sqlite_error(int code, std::string_view message, std::string_view path);

/// A prepared statement. Columns count from 0, parameters from 1. Movable.
class SqliteStatement {
 public:
  SqliteStatement() = default;

  void bind(int parameter, std::int64_t value);
  void bind_null(int parameter);
  /// The bytes must stay until the next reset.
  void bind_text(int parameter, std::string_view text);
  void bind_blob(int parameter, std::string_view bytes);

  /// True: there is a row. After false the statement is reset.
  [[nodiscard]] Result<bool> step();
  /// For statements without rows: steps once and resets.
  [[nodiscard]] Result<void> run();
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t column_int(int column) const;
  /// Valid until the next step or reset.
  [[nodiscard]] std::string_view column_text(int column) const;
  [[nodiscard]] std::string_view column_blob(int column) const;

 private:
  friend class SqliteConnection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Resets a statement when a scope ends, so that an early return never leaves a read open.
class SqliteReset {
 public:
  explicit SqliteReset(SqliteStatement& statement) : statement_(statement) {}
  ~SqliteReset() { statement_.reset(); }
  SqliteReset(const SqliteReset&) = delete;
  SqliteReset& operator=(const SqliteReset&) = delete;

 private:
  SqliteStatement& statement_;
};

enum class SqliteAccess { kReadOnly, kReadWrite };

class SqliteConnection {
 public:
  /// Opens an existing file; kReadOnly refuses writes (but may still recover a log another process left).
  [[nodiscard]] static Result<SqliteConnection> open(const std::filesystem::path& path, SqliteAccess access);

  [[nodiscard]] Result<void> execute(const char* sql);
  [[nodiscard]] Result<SqliteStatement> prepare(std::string_view sql);
  /// One number, of the first row.
  [[nodiscard]] Result<std::int64_t> query_int(std::string_view sql);
  /// Of the last INSERT.
  [[nodiscard]] std::int64_t last_row_id() const;
  /// Rows the last INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::int64_t changes() const;
  /// Brings what was committed to the disk, for connections that commit without waiting for it (WAL,
  /// synchronous=NORMAL).
  [[nodiscard]] Result<void> sync();

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit SqliteConnection(sqlite3* connection) : connection_(connection) {}
  [[nodiscard]] tl::unexpected<Error> failure() const;
  std::unique_ptr<sqlite3, Close> connection_;
};

/// A transaction that is rolled back unless committed.
class SqliteTransaction {
 public:
  /// "BEGIN IMMEDIATE" for writing: waits for its turn here, never in the middle.
  [[nodiscard]] static Result<SqliteTransaction> begin(SqliteConnection& connection, SqliteAccess access);
  SqliteTransaction(SqliteTransaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction();

  [[nodiscard]] Result<void> commit();

 private:
  explicit SqliteTransaction(SqliteConnection& connection) : connection_(&connection) {}
  SqliteConnection* connection_;
};

}  // namespace weir
