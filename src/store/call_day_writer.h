// Writes one day's file: small blocks for small batches, sealed into full ones as calls come together.
//
// Pipeline thread only. After an error of `append` the object no longer knows what the file holds: it is to
// be thrown away and the file opened again.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "store/call_block.h"
#include "store/call_day.h"
#include "store/call_log.h"
#include "store/call_tail.h"
#include "store/pipeline_store.h"
#include "store/sqlite_connection.h"

namespace weir {

class CallDayWriter {
 public:
  [[nodiscard]] static Result<std::unique_ptr<CallDayWriter>> open(const std::filesystem::path& path,
                                                                   CallDay day);

  /// Stores entries of this day, in one transaction with the positions behind them; those at or before the
  /// position of their journal are there already and are skipped. Breathes while a block is sealed.
  [[nodiscard]] Result<void> append(std::span<const CallEntry> entries, const Breath& breath);
  /// Brings what was appended to the disk.
  [[nodiscard]] Result<void> sync();

  [[nodiscard]] CallDay day() const { return day_; }

 private:
  CallDayWriter(SqliteConnection connection, CallDay day) : connection_(std::move(connection)), day_(day) {}
  Result<void> prepare();
  Result<void> load();
  /// Fills fresh_ and moves positions_.
  void take_fresh(std::span<const CallEntry> entries);
  Result<void> write_sealed(std::span<const CallInput> calls, std::uint64_t first_row, const Breath& breath);
  Result<void> write_small(std::span<const CallInput> calls, std::uint64_t first_row);
  Result<void> write_head(const CallZone& zone, std::uint64_t first_row, const std::string* packed);
  Result<void> write_positions();

  SqliteConnection connection_;
  CallDay day_;
  SqliteStatement insert_block_;
  SqliteStatement insert_column_;
  SqliteStatement delete_small_;
  SqliteStatement put_position_;

  JournalPositions positions_;  // up to which this file holds the calls of its day
  std::uint64_t next_row_ = 1;
  std::uint64_t tail_row_ = 1;  // of the tail's first call
  CallTail tail_;
  bool unsynced_ = true;  // what is found at opening may not have reached the disk either

  CallBlockEncoder encoder_;  // and buffers, kept from batch to batch
  CallColumns columns_;
  std::vector<CallInput> fresh_;
  std::vector<CallInput> joined_;
};

}  // namespace weir
