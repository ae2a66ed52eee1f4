// The journal: where every call is written before its answer is complete, and the only way behind it.
//
// One journal a data-plane thread: a folder of preallocated segment files, written through a shared mapping,
// so that a killed process loses nothing. One writer thread, one reader thread, one keeper thread a journal.
// Layout: docs/journal.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/journal_position.h"
#include "model/usage_record.h"

namespace weir {

struct JournalOptions {
  std::filesystem::path folder;              // of this one journal; made when missing
  std::uint64_t segment_bytes = 4ULL << 20;  // 64 KiB to 1 GiB, a multiple of 4096
  std::uint64_t max_bytes = 4ULL << 30;      // of all its segments; at least two segments
  std::uint64_t reserve_bytes = 0;  // of the file system, left to others: a third segment is not made of it
};

enum class AppendStatus {
  kAppended,
  kFull,  // unread records fill max_bytes, or the disk is full: the record is lost and counted
};

struct JournalStats {
  std::uint64_t appended_records = 0;
  std::uint64_t appended_bytes = 0;
  std::uint64_t dropped_records = 0;
  std::uint64_t unread_bytes = 0;  // appended, not yet released by the reader
  std::uint64_t synced_bytes = 0;  // position up to which the disk has it
  std::uint64_t lost_bytes = 0;    // damaged or missing when they were to be read: skipped and logged
};

/// A record as read back; the views in `record` point into the journal and are valid until `release` passes
/// it.
struct JournalEntry {
  JournalPosition next;  // position after this record: what to commit once it is stored
  UsageRecord record;
};

class Journal {
 public:
  /// Opens or creates. Cuts a torn tail (logged with its length). `stored` is the position the store has
  /// committed; when the disk has less (a power cut), the journal goes on from `stored`, so that no position
  /// is ever used for two records. Errors: kInvalid for options out of bounds; kIo names the path; kConflict
  /// for a folder of a newer format or in use by another journal. A full disk is none: append says kFull
  /// until there is room.
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(JournalOptions options, JournalPosition stored);
  virtual ~Journal() = default;

  /// Appends one record. Writer thread only. Never blocks, allocates or makes a system call; the record is
  /// visible to the reader, and survives kill -9, when this returns.
  [[nodiscard]] virtual AppendStatus append(const UsageRecord& record) noexcept = 0;
  /// Position after the last appended record. Any thread.
  [[nodiscard]] virtual JournalPosition end() const noexcept = 0;

  /// Reader thread only: entries from where the last read stopped, at most `max`, into `entries` (cleared
  /// first). Empty when there is nothing new. What does not verify is skipped up to the next record that
  /// does, logged with segment and offset, and counted in `lost_bytes`. kIo: a segment cannot be opened; may
  /// pass.
  [[nodiscard]] virtual Result<void> read(std::vector<JournalEntry>& entries, std::size_t max) = 0;
  /// Reader thread only: everything before `position` is stored elsewhere; its segments may be used again.
  virtual void release(JournalPosition position) = 0;

  /// Keeper thread only: brings what is appended to the disk and prepares segments ahead of the writer.
  /// Blocks on the disk. Call every `journal.sync`, and at least once a second. An error was logged already
  /// when it first came; the next call tries again.
  [[nodiscard]] virtual Result<void> keep() = 0;
  /// Position up to which the disk has everything. Any thread.
  [[nodiscard]] virtual JournalPosition durable() const noexcept = 0;

  [[nodiscard]] virtual JournalStats stats() const noexcept = 0;  // any thread
};

}  // namespace weir
