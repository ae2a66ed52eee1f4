#include "store/sqlite_file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"

namespace weir {
namespace {

/// SQLite would make the file with the process's umask; its -wal and -shm files take over the mode of this
/// one.
Result<void> make_private_file(const std::filesystem::path& path) {
  auto made = open_file(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (made) return sync_folder(path.parent_path());
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return {};
  return fail(ErrorCode::kIo,
              fmt::format("{}; make the folder writable for this user, or name another data folder",
                          made.error().detail),
              true);
}

Result<void> check_owner(SqliteConnection& connection, std::int64_t version,
                         const std::filesystem::path& path) {
  WEIR_TRY_ASSIGN(application, connection.query_int("PRAGMA application_id"));
  if (application == kApplicationId) return {};
  WEIR_TRY_ASSIGN(tables, connection.query_int("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return {};
  return fail(ErrorCode::kCorrupt,
              fmt::format("'{}' is a database of another program; move it away", path.string()));
}

Result<void> check_version(std::int64_t found, std::size_t known, const std::filesystem::path& path) {
  if (found >= 0 && found <= static_cast<std::int64_t>(known)) return {};
  return fail(
      ErrorCode::kConflict,
      fmt::format(
          "'{}' has schema version {}, this weir knows up to {}: a newer weir wrote it; use that one, "
          "or another data folder",
          path.string(), found, known));
}

/// One transaction: a crash in the middle leaves the old version.
Result<void> migrate(SqliteConnection& connection, const SqliteSchema& schema,
                     const std::filesystem::path& path) {
  WEIR_TRY_ASSIGN(transaction, SqliteTransaction::begin(connection, SqliteAccess::kReadWrite));
  // Read again now that nobody else can be migrating.
  WEIR_TRY_ASSIGN(version, connection.query_int("PRAGMA user_version"));
  WEIR_TRY(check_version(version, schema.migrations.size(), path));
  for (auto next = static_cast<std::size_t>(version); next < schema.migrations.size(); ++next) {
    WEIR_TRY(connection.execute(schema.migrations[next]));
  }
  WEIR_TRY(connection.execute(fmt::format("PRAGMA application_id = {}", kApplicationId).c_str()));
  WEIR_TRY(connection.execute(fmt::format("PRAGMA user_version = {}", schema.migrations.size()).c_str()));
  return transaction.commit();
}

}  // namespace

Result<SqliteConnection> open_sqlite_file(const std::filesystem::path& path, const SqliteSchema& schema) {
  WEIR_TRY(make_private_file(path));
  WEIR_TRY_ASSIGN(connection, SqliteConnection::open(path, SqliteAccess::kReadWrite));
  WEIR_TRY_ASSIGN(version, connection.query_int("PRAGMA user_version"));
  WEIR_TRY(check_version(version, schema.migrations.size(), path));
  WEIR_TRY(check_owner(connection, version, path));
  WEIR_TRY(connection.execute(schema.settings));
  if (version < static_cast<std::int64_t>(schema.migrations.size()))
    WEIR_TRY(migrate(connection, schema, path));
  return connection;
}

Result<void> make_private_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  const auto parent = folder.has_parent_path() ? folder.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::exists(parent, error)) WEIR_TRY(make_private_folder(parent));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    auto failed = fail_errno(fmt::format("make the folder '{}'", folder.string()), errno);
    failed.value().code = ErrorCode::kIo;
    failed.value().detail += "; make its parent writable for this user, or name another data folder";
    return failed;
  }
  return sync_folder(parent);
}

}  // namespace weir
