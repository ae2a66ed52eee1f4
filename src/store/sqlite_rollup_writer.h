// Writes blocks of roll-ups on somebody's connection to weir.db, within their transaction.
//
// One thread, the connection's.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "store/rollup_store.h"
#include "store/sqlite_connection.h"

namespace weir {

/// rollup_blocks.state. Stored: never renumbered.
enum class RollupState : std::uint8_t {
  kBuilding = 0,  // seen by nobody yet
  kOpen = 1,      // not folded
  kFolded = 2,    // its rows are in a coarser block too
  kGone = 3,      // seen by nobody any more, to be removed
};

class SqliteRollupWriter {
 public:
  /// `connection` outlives it.
  [[nodiscard]] static Result<SqliteRollupWriter> prepare(SqliteConnection& connection);

  /// A whole block, open.
  [[nodiscard]] Result<void> insert(const RollupDelta& delta, std::int64_t written_at);
  /// The head of a block to be built; returns its id.
  [[nodiscard]] Result<std::int64_t> insert_head(const RollupBlock& block, RollupState state);
  [[nodiscard]] Result<void> insert_part(std::int64_t id, const RollupPart& part);

 private:
  SqliteConnection* connection_ = nullptr;
  SqliteStatement insert_block_;
  SqliteStatement insert_part_;
  SqliteStatement insert_times_;
  SqliteStatement insert_rest_;
  SqliteStatement insert_run_;
  SqliteStatement insert_upstreams_;
  std::array<SqliteStatement, kRollupHeads> insert_heads_;  // index: RollupHeads
};

}  // namespace weir
