// Roll-ups in weir.db: docs/usage.md.
#pragma once

#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "store/rollup_directory.h"
#include "store/rollup_store.h"
#include "store/sqlite_connection.h"
#include "store/sqlite_rollup_snapshot.h"
#include "store/sqlite_rollup_writer.h"

namespace weir {

class SqliteRollupStore final : public RollupStore {
 public:
  /// Opens weir.db, which is there and migrated.
  [[nodiscard]] static Result<std::unique_ptr<SqliteRollupStore>> open(const std::filesystem::path& path);

  Result<std::unique_ptr<RollupSnapshot>> snapshot() override;
  Result<void> begin(RollupTier tier, RollupMinute period, UtcTime now) override;
  Result<void> add(std::span<const RollupPart> parts) override;
  const std::vector<RollupPartRef>& added() const override { return building_.parts; }
  Result<void> publish(std::span<const RollupPart> parts, std::span<const std::int64_t> sources,
                       RollupSources fate, bool folded) override;
  Result<void> forget(RollupTier tier, RollupMinute minute) override;
  Result<bool> sweep(std::uint64_t bytes) override;
  Result<RollupSizes> sizes() override;

 private:
  /// Connections kept for the next question.
  static constexpr std::size_t kIdleReadersMax = 4;

  /// A block whose parts are in the order they came.
  struct Building : RollupBlock {
    RollupPlaces places;
  };

  SqliteRollupStore(std::filesystem::path path, SqliteConnection connection)
      : path_(std::move(path)), connection_(std::move(connection)) {}
  Result<void> prepare();
  Result<std::unique_ptr<SqliteRollupReader>> take_reader();
  void give_reader(std::unique_ptr<SqliteRollupReader> reader);
  /// Within a transaction; what it noted is forgotten when that fails.
  Result<void> write(std::span<const RollupPart> parts, Building& block);

  const std::filesystem::path path_;
  SqliteConnection connection_;  // of the roll-up thread
  SqliteRollupWriter writer_;
  SqliteStatement set_state_;
  SqliteStatement show_;
  SqliteStatement forget_;
  SqliteStatement put_horizon_;
  SqliteStatement next_gone_;
  SqliteStatement gone_part_;
  SqliteStatement remove_part_;
  SqliteStatement remove_times_;
  SqliteStatement remove_rest_;
  SqliteStatement remove_runs_;
  SqliteStatement remove_upstreams_;
  SqliteStatement remove_heads_;
  SqliteStatement remove_halves_;
  SqliteStatement remove_histograms_;  // of the first layout
  SqliteStatement remove_block_;
  Building building_;  // id 0: not in the file yet

  std::mutex mutex_;                                             // never held across I/O
  std::list<std::unique_ptr<SqliteRollupReader>> idle_readers_;  // guarded by mutex_
};

}  // namespace weir
