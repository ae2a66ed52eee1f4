// Writes one day's file: calls gather in memory until they make a full block, which is sealed; until then, a
// flush stores them in small ones.
//
// Pipeline thread only. After an error the object no longer knows what the file holds: its tail is to be
// taken, and the file opened again.
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

  /// Takes entries of this day, and stores them as far as they make full blocks, with the positions behind
  /// them; those at or before the position of their journal were taken already and are skipped. Breathes
  /// between pieces of its work, as `flush` does.
  [[nodiscard]] Result<void> add(std::span<const CallEntry> entries);
  /// Stores everything that was taken.
  [[nodiscard]] Result<void> flush();
  /// Brings what is stored to the disk.
  [[nodiscard]] Result<void> sync();

  /// What was taken and may not be stored: all that is left of this object after an error.
  [[nodiscard]] CallTail take_tail() { return std::move(tail_); }

  [[nodiscard]] CallDay day() const { return day_; }

 private:
  CallDayWriter(SqliteConnection connection, CallDay day) : connection_(std::move(connection)), day_(day) {}
  Result<void> prepare();
  Result<void> load();
  Result<void> seal();
  Result<void> write_sealed(std::span<const CallInput> calls, std::uint64_t first_row);
  Result<void> write_small(std::span<const CallInput> calls, std::uint64_t first_row);
  Result<void> write_head(const CallZone& zone, std::uint64_t first_row, const std::string* packed);
  Result<void> write_positions();

  SqliteConnection connection_;
  CallDay day_;
  SqliteStatement insert_block_;
  SqliteStatement insert_column_;
  SqliteStatement delete_small_;
  SqliteStatement put_position_;

  JournalPositions positions_;  // up to which this object has the calls of its day
  std::uint64_t tail_row_ = 1;  // of the tail's first call
  CallTail tail_;
  bool unsynced_ = true;  // what is found at opening may not have reached the disk either

  CallBlockEncoder encoder_;  // and buffers, kept from batch to batch
  CallColumns columns_;
  std::vector<CallInput> viewed_;  // of the tail
};

}  // namespace weir
