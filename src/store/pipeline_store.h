// What the pipeline commits together: journal positions and what is derived from the records before them.
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"
#include "model/journal_position.h"
#include "store/alert_store.h"
#include "store/endpoint_row.h"
#include "store/rollup_store.h"

namespace weir {

using JournalPositions = std::map<JournalIndex, JournalPosition>;

/// What a batch adds to one key.
struct KeyUsageDelta {
  KeyId key;
  std::uint64_t calls = 0;
  UtcTime last_used{};
};

/// What is committed at once: nothing of it counts without the rest.
struct PipelineCommit {
  std::span<const KeyUsageDelta> key_usage{};  // keys that are gone are passed over
  JournalPositions positions{};
  EndpointId settled_endpoint{};  // StoredEndpoints::settled, and of the imports among `positions`
  std::span<const RollupDelta> rollups{};
  UtcTime now{};                        // when roll-ups are written
  const AlertCommit* alerts = nullptr;  // null: none of it
};

/// Blocking; pipeline thread only.
class PipelineStore {
 public:
  virtual ~PipelineStore() = default;
  [[nodiscard]] virtual Result<JournalPositions> positions() = 0;
  /// Adds what is to be added and moves the positions, in one transaction that is on the disk when this
  /// returns. An error left everything as it was.
  [[nodiscard]] virtual Result<void> commit(const PipelineCommit& commit) = 0;

  [[nodiscard]] virtual Result<StoredEndpoints> endpoints() = 0;
  /// The endpoints an import's next call finds settled: those of the commit of its last position; of one that
  /// has none, those settled when this was first asked. On the disk when this returns.
  [[nodiscard]] virtual Result<EndpointId> import_settled(JournalIndex journal) = 0;
  /// Stores new endpoints, in a transaction of their own that is on the disk when this returns: before any
  /// call that bears their name. Those that are there already are passed over.
  [[nodiscard]] virtual Result<void> add_endpoints(std::span<const EndpointRow> rows) = 0;
};

}  // namespace weir
