// What the pipeline commits together: journal positions and what is derived from the records before them.
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"
#include "model/journal_position.h"

namespace weir {

using JournalPositions = std::map<JournalIndex, JournalPosition>;

/// What a batch adds to one key.
struct KeyUsageDelta {
  KeyId key;
  std::uint64_t calls = 0;
  UtcTime last_used{};
};

/// Blocking; pipeline thread only.
class PipelineStore {
 public:
  virtual ~PipelineStore() = default;
  [[nodiscard]] virtual Result<JournalPositions> positions() = 0;
  /// Adds the deltas and moves the positions, in one transaction that is on the disk when this returns. Keys
  /// that are gone are passed over. An error left everything as it was.
  [[nodiscard]] virtual Result<void> commit(std::span<const KeyUsageDelta> deltas,
                                            const JournalPositions& positions) = 0;
};

}  // namespace weir
