// One journal as the pipeline reads it: what was read and is not stored yet, and how far the disk has it.
//
// Pipeline thread only.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "journal/journal.h"

namespace weir {

class JournalSource {
 public:
  explicit JournalSource(Journal& journal) : journal_(&journal) {}

  /// Reads up to `max` entries when none are waiting. Nothing that was read is lost by an error.
  [[nodiscard]] Result<void> fill(std::size_t max);

  /// The next entry that may be stored: one the disk has, so that after a power cut the store never knows a
  /// position the journal has lost and will give to another record. Null: none.
  [[nodiscard]] const JournalEntry* peek() const { return next_ < ready_ ? &entries_[next_] : nullptr; }
  void take() { ++next_; }
  /// Puts back what was taken since the last `keep`: it was not stored.
  void put_back() { next_ = stored_; }
  /// What was taken is stored.
  void keep();

  /// Position behind the last stored entry; none before the first.
  [[nodiscard]] std::optional<JournalPosition> position() const { return position_; }
  /// The oldest record read and not stored.
  [[nodiscard]] const UsageRecord* oldest() const;
  /// Whether the journal has more than was stored.
  [[nodiscard]] bool behind() const;
  void release(JournalPosition position) { journal_->release(position); }

 private:
  Journal* journal_;
  std::vector<JournalEntry> entries_;
  std::size_t stored_ = 0;  // entries before this are in the call log
  std::size_t next_ = 0;    // … before this are in the batch being stored
  std::size_t ready_ = 0;   // … before this are on the journal's disk
  std::optional<JournalPosition> position_;
};

}  // namespace weir
