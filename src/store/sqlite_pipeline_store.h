// The pipeline's commits to weir.db, on a connection of their own.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/pipeline_store.h"
#include "store/sqlite_connection.h"

namespace weir {

class SqlitePipelineStore final : public PipelineStore {
 public:
  /// Opens weir.db, which is there and migrated.
  [[nodiscard]] static Result<std::unique_ptr<SqlitePipelineStore>> open(const std::filesystem::path& path);

  Result<JournalPositions> positions() override;
  Result<void> commit(std::span<const KeyUsageDelta> deltas, const JournalPositions& positions) override;

 private:
  explicit SqlitePipelineStore(SqliteConnection connection) : connection_(std::move(connection)) {}
  Result<void> add(const KeyUsageDelta& delta);

  SqliteConnection connection_;
  SqliteStatement add_usage_;
  SqliteStatement first_usage_;
  SqliteStatement put_position_;
};

}  // namespace weir
