// A read transaction over the roll-ups in weir.db.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/rollup_store.h"
#include "store/sqlite_connection.h"
#include "store/sqlite_ordered_blobs.h"

namespace weir {

/// A connection and its statements, kept for the next question. One thread at a time.
struct SqliteRollupReader {
  explicit SqliteRollupReader(SqliteConnection opened) : connection(std::move(opened)) {}

  SqliteConnection connection;
  SqliteStatement blocks;
  SqliteStatement unfolded;
  std::array<SqliteOrderedBlobs, kRollupColumnGroups> columns;  // index: RollupColumns
  std::array<SqliteOrderedBlobs, 2> runs;                       // index: RollupTimes
  SqliteOrderedBlobs joint_upstreams;                           // of runs that had both times in one row
  std::array<SqliteOrderedBlobs, 2> histograms;                 // index: RollupTimes; of the first layout
  std::array<SqliteOrderedBlobs, kRollupHeads> heads;           // index: RollupHeads
  SqliteStatement horizons;
  SqliteStatement crowded;
  SqliteStatement of_period;

  [[nodiscard]] static Result<std::unique_ptr<SqliteRollupReader>> open(const std::filesystem::path& path);
};

class SqliteRollupSnapshot final : public RollupSnapshot {
 public:
  using GiveBack = std::function<void(std::unique_ptr<SqliteRollupReader>)>;
  /// Begins the transaction; `give_back` gets the reader when it is over.
  [[nodiscard]] static Result<std::unique_ptr<RollupSnapshot>> begin(
      std::unique_ptr<SqliteRollupReader> reader, GiveBack give_back);
  ~SqliteRollupSnapshot() override;

  Result<void> blocks(RollupTier tier, RollupMinute from, RollupMinute to, std::span<const RollupCut> cuts,
                      std::vector<RollupBlock>& out) override;
  Result<void> unfolded(RollupTier tier, RollupMinute from, RollupMinute to, std::span<const RollupCut> cuts,
                        std::size_t limit, std::vector<RollupBlock>& out) override;
  Result<std::string_view> columns(std::int64_t part, RollupColumns columns) override;
  Result<std::string_view> histograms(const RollupPartRef& part, std::size_t run, RollupTimes times) override;
  Result<std::string_view> heads(std::int64_t part, RollupHeads heads) override;
  Result<std::vector<RollupBlock>> crowded(std::size_t count) override;
  Result<RollupHorizons> horizons() override;

 private:
  SqliteRollupSnapshot(std::unique_ptr<SqliteRollupReader> reader, GiveBack give_back);
  static Result<void> collect(SqliteStatement& statement, std::span<const RollupCut> cuts,
                              std::vector<RollupBlock>& out);

  std::unique_ptr<SqliteRollupReader> reader_;
  GiveBack give_back_;
};

}  // namespace weir
