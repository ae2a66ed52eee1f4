// The reader's side of a journal: hands out records in order, from its own read-only mappings.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"
#include "journal/journal.h"
#include "journal/segment.h"
#include "journal/shared.h"

namespace weir::journal {

/// One thread.
class Reader {
 public:
  /// Starts at `position`, which is in segment `number` or before it; 0: in the segment to come.
  Reader(std::filesystem::path folder, Shared& shared, SegmentNumber number, JournalPosition position);

  [[nodiscard]] Result<void> read(std::vector<JournalEntry>& entries, std::size_t max);
  void release(JournalPosition position);

 private:
  struct Mapped {
    MappedSegment segment;
    std::uint64_t forgotten_bytes = 0;  // of the mapping, from its start: no longer kept resident
  };

  /// Bytes of records the current segment has to read, with the journal ending at `end`.
  [[nodiscard]] std::uint64_t readable_bytes(JournalPosition end) const;
  /// Moves to the next segment, which should begin at `expected` at the latest. False: the writer is not
  /// there.
  [[nodiscard]] bool enter_next(JournalPosition expected);
  /// False: its file is gone for good.
  [[nodiscard]] Result<bool> map_current();
  /// Continues with the next record that verifies; what lies between is lost, counted and logged.
  void skip_unreadable(std::span<const std::byte> records, std::uint64_t offset);
  void note_lost(std::uint64_t bytes);

  std::filesystem::path folder_;
  Shared& shared_;
  SegmentNumber number_;
  SegmentSlot current_;
  JournalPosition position_;   // of the next record
  std::deque<Mapped> mapped_;  // segments read and not wholly released, the current one last
};

}  // namespace weir::journal
