// Alerts read from weir.db, on a connection of their own.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "store/alert_store.h"
#include "store/sqlite_connection.h"

namespace weir {

class SqliteAlertStore final : public AlertStore {
 public:
  /// Opens weir.db, which is there and migrated.
  [[nodiscard]] static Result<std::unique_ptr<SqliteAlertStore>> open(const std::filesystem::path& path);

  Result<AlertKept> load() override;
  Result<std::vector<AlertRow>> list(const AlertFilter& filter) override;
  Result<AlertRow> get(AlertId id) override;
  Result<std::vector<AlertEventRow>> events(AlertId id) override;
  Result<std::optional<std::string>> hour(std::int64_t hour) override;
  Result<std::vector<AlertSettingsRow>> settings(std::size_t limit) override;

 private:
  explicit SqliteAlertStore(SqliteConnection connection) : connection_(std::move(connection)) {}

  std::mutex mutex_;
  SqliteConnection connection_;  // guarded by mutex_
};

}  // namespace weir
