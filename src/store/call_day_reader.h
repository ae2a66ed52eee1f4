// Reads one day's file: passes blocks over by their zone maps, scans the rest, newest first.
//
// Not thread-safe; a pool gives each query its own (sqlite_call_log.h).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/call_batch_reader.h"
#include "store/call_block_scan.h"
#include "store/call_day.h"
#include "store/call_log.h"
#include "store/sqlite_connection.h"

namespace weir {

/// Where a block is and when its calls were.
struct CallBlockPlace {
  std::int64_t first_row = 0;
  std::size_t rows = 0;
  UtcTime min_at{};
  std::string packed;  // its columns, of a small block: that one may be merged away
};

class CallDayReader {
 public:
  /// kNotFound: there is no file, or it has no tables yet. kConflict: a newer weir wrote it.
  [[nodiscard]] static Result<std::unique_ptr<CallDayReader>> open(const std::filesystem::path& path,
                                                                   CallDay day);

  /// Appends the day's matching calls to `out`, newest first, until it holds the filter's limit. One read
  /// transaction: sees each append whole or not at all.
  [[nodiscard]] Result<void> query(const CallFilter& filter, CallBlockScanner& scanner,
                                   std::vector<CallRow>& out);

  /// The blocks that may hold calls of [from, to), by their first moment.
  [[nodiscard]] Result<std::vector<CallBlockPlace>> places(UtcTime from, UtcTime to);
  /// Decodes one of those blocks. No transaction is held from block to block: those on disk never change.
  [[nodiscard]] Result<void> read(const CallBlockPlace& place, CallBatchReader& reader, CallBatch& batch);

  [[nodiscard]] CallDay day() const { return day_; }

 private:
  CallDayReader(SqliteConnection connection, CallDay day) : connection_(std::move(connection)), day_(day) {}
  Result<void> scan_blocks(CallBlockScanner& scanner, std::size_t limit, std::vector<CallRow>& out);

  SqliteConnection connection_;
  CallDay day_;
  SqliteStatement blocks_;  // the blocks a filter may match, newest first
  SqliteStatement column_;
};

/// The calls of the small blocks, oldest first: what the writer's tail is made of after a start.
[[nodiscard]] Result<std::vector<CallRow>> read_small_blocks(SqliteConnection& connection);

}  // namespace weir
