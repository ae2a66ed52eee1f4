// Imported calls as the pipeline reads them.
#pragma once

#include <deque>

#include "pipeline/import_queue.h"
#include "pipeline/record_source.h"

namespace weir {

class ImportSource final : public RecordSource {
 public:
  explicit ImportSource(ImportQueue& queue) : queue_(queue) {}

  bool is_import() const override { return true; }
  Result<void> fill(std::size_t max) override;
  std::optional<SourcedRecord> peek() const override;
  void take() override { ++next_; }
  void put_back() override { next_ = stored_; }
  void keep() override;
  void add_positions(JournalPositions& positions) const override;
  void release(const JournalPositions& positions) override;
  const UsageRecord* oldest() const override { return nullptr; }  // its calls are old by nature
  bool replaying() const override { return false; }
  bool has_unread() const override { return false; }  // history comes in an order of its own
  bool behind() const override { return false; }

 private:
  ImportQueue& queue_;
  std::optional<ImportChunk> chunk_;
  std::size_t stored_ = 0;      // entries of chunk_ before this are in the call log
  std::size_t next_ = 0;        // … before this are in the batch being stored
  std::size_t ready_ = 0;       // … before this may be in it
  JournalPositions positions_;  // kept and not released
};

}  // namespace weir
