// One journal as the pipeline reads it: what was read and is not stored yet, and how far the disk has it.
#pragma once

#include <vector>

#include "journal/journal.h"
#include "pipeline/record_source.h"

namespace weir {

class JournalSource final : public RecordSource {
 public:
  JournalSource(JournalIndex index, Journal& journal);

  Result<void> fill(std::size_t max) override;
  /// A record is ready when the disk has it, so that after a power cut the store never knows a position the
  /// journal has lost and will give to another record.
  std::optional<SourcedRecord> peek() const override;
  void take() override { ++next_; }
  void put_back() override { next_ = stored_; }
  void keep() override;
  void add_positions(JournalPositions& positions) const override;
  void release(const JournalPositions& positions) override;
  const UsageRecord* oldest() const override;
  bool replaying() const override;
  bool has_unread() const override;
  bool behind() const override;

 private:
  JournalIndex index_;
  Journal* journal_;
  std::optional<JournalPosition> replay_end_;  // of what was unread at the start
  std::vector<JournalEntry> entries_;
  std::size_t stored_ = 0;                   // entries before this are in the call log
  std::size_t next_ = 0;                     // … before this are in the batch being stored
  std::size_t ready_ = 0;                    // … before this are on the journal's disk
  std::optional<JournalPosition> position_;  // behind the last stored entry
};

}  // namespace weir
