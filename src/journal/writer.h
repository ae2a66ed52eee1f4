// The writer's side of a journal: puts records into mapped memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "journal/journal.h"
#include "journal/shared.h"

namespace weir::journal {

/// One thread. No system call, lock or allocation.
class Writer {
 public:
  /// Goes on at `end` in segment `number`; with `resume` false that segment is closed and the next record
  /// opens the next one.
  Writer(Shared& shared, SegmentNumber number, JournalPosition end, bool resume) noexcept;

  [[nodiscard]] AppendStatus append(const UsageRecord& record) noexcept;

 private:
  /// Closes the segment and enters the next. False: there is none.
  [[nodiscard]] bool enter_next() noexcept;

  Shared& shared_;
  SegmentNumber number_;
  JournalPosition base_;
  std::byte* records_ = nullptr;
  std::uint64_t offset_ = 0;
  std::uint64_t capacity_ = 0;
  // The writer's own counts: only it stores the shared ones, so it need not read them back.
  std::uint64_t appended_records_ = 0;
  std::uint64_t appended_bytes_ = 0;
  std::uint64_t dropped_records_ = 0;
};

}  // namespace weir::journal
