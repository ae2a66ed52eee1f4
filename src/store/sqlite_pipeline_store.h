// The pipeline's commits to weir.db, on a connection of their own.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/pipeline_store.h"
#include "store/sqlite_connection.h"
#include "store/sqlite_rollup_writer.h"

namespace weir {

class SqlitePipelineStore final : public PipelineStore {
 public:
  /// Opens weir.db, which is there and migrated.
  [[nodiscard]] static Result<std::unique_ptr<SqlitePipelineStore>> open(const std::filesystem::path& path);

  Result<JournalPositions> positions() override;
  Result<void> commit(const PipelineCommit& commit) override;
  Result<StoredEndpoints> endpoints() override;
  Result<EndpointId> import_settled(JournalIndex journal) override;
  Result<void> add_endpoints(std::span<const EndpointRow> rows) override;

 private:
  explicit SqlitePipelineStore(SqliteConnection connection) : connection_(std::move(connection)) {}
  Result<void> add(const KeyUsageDelta& delta);
  Result<void> put_positions(const PipelineCommit& commit);

  SqliteConnection connection_;
  SqliteStatement add_usage_;
  SqliteStatement first_usage_;
  SqliteStatement put_position_;
  SqliteStatement settle_endpoints_;
  SqliteStatement settle_import_;
  SqliteRollupWriter rollups_;
};

}  // namespace weir
