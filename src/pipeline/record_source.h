// Where the pipeline's records come from: the journals of the gateway, and calls imported from elsewhere.
#pragma once

#include <cstddef>
#include <optional>

#include "base/result.h"
#include "model/journal_position.h"
#include "model/usage_record.h"
#include "store/pipeline_store.h"

namespace weir {

/// One record on its way. The record's views live until the source's next `fill`.
struct SourcedRecord {
  JournalIndex journal = 0;
  JournalPosition next;  // behind the record
  const UsageRecord* record = nullptr;
};

/// Pipeline thread only. Nothing that was read is lost by an error.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  [[nodiscard]] virtual bool is_import() const { return false; }
  /// Makes up to `max` records ready when none are waiting.
  [[nodiscard]] virtual Result<void> fill(std::size_t max) = 0;
  /// The next record that may be stored; nothing: none is ready.
  [[nodiscard]] virtual std::optional<SourcedRecord> peek() const = 0;
  virtual void take() = 0;
  /// Puts back what was taken since the last `keep`: it was not stored.
  virtual void put_back() = 0;
  /// What was taken is in the call log.
  virtual void keep() = 0;

  /// Adds the positions behind the last records kept, of every journal that had any.
  virtual void add_positions(JournalPositions& positions) const = 0;
  /// Those positions are committed: what is before them is not needed any more.
  virtual void release(const JournalPositions& positions) = 0;

  /// The oldest record read and not kept, for the lag; null: none, or its age says nothing.
  [[nodiscard]] virtual const UsageRecord* oldest() const = 0;
  /// Whether records are still to come that were in the source at the start: a run before this may have
  /// stored them without committing.
  [[nodiscard]] virtual bool replaying() const = 0;

  /// Whether all that `fill` made ready was taken, and there is more for the next.
  [[nodiscard]] virtual bool has_unread() const = 0;
  /// Whether the source has more than was kept, ready or not.
  [[nodiscard]] virtual bool behind() const = 0;
};

}  // namespace weir
