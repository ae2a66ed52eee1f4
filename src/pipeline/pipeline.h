// The one consumer of the journals: reads them in order, stores calls and what is derived from them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "journal/journal.h"
#include "pipeline/alert_stage.h"
#include "pipeline/import_queue.h"
#include "store/store.h"
#include "usage/endpoint_table.h"
#include "usage/live_totals.h"

namespace weir {

struct PipelineStats {
  std::uint64_t stored_records = 0;
  std::uint64_t failed_batches = 0;  // the store refused (disk full, …): tried again
  std::uint64_t endpoints = 0;       // names there are
  std::uint64_t crowded_out = 0;     // calls without a name because usage.max_endpoints are there
  double lag_seconds = 0;            // at the last step: age of the oldest record not yet stored; 0: none
};

/// Pure but for the store: `step` reads what is new, stores it, commits positions, releases the journals.
class Pipeline {
 public:
  /// `journals[i]` is journal i. `endpoints`: as stored; the pipeline's from here on. `window_names`: of the
  /// configured windows, for refused calls. `imports`: calls of other servers' logs on their way in; null:
  /// none come. All of them outlive the pipeline.
  [[nodiscard]] static std::unique_ptr<Pipeline> create(std::vector<Journal*> journals, Store& store,
                                                        EndpointTable& endpoints,
                                                        std::vector<std::string> window_names,
                                                        ImportQueue* imports = nullptr);
  virtual ~Pipeline() = default;

  /// Most records of one step.
  static constexpr std::size_t kStepMost = 16384;

  /// Stores what is new in the journals, up to `most` records and a few hundred of each journal, and only of
  /// those its disk has (Journal::durable). Returns how many were stored; 0: nothing new. Calls are in the
  /// call log when it returns; counters and positions follow within 250 ms of steps, at 65,536 calls, or with
  /// the first step that finds nothing new, and only then is the journal released. On an error nothing was
  /// lost: the same records are tried again by the next step. One thread.
  [[nodiscard]] virtual Result<std::size_t> step(UtcTime now, std::size_t most = kStepMost) = 0;
  /// Whether the last step stored calls of an import, which waits for room to send more. The same thread.
  [[nodiscard]] virtual bool importing() const = 0;
  /// Tells `live` of every call that is stored, and of the time; imported calls are history and left out.
  /// Before the first step; `live` outlives the pipeline.
  virtual void watch(LiveTotals& live) = 0;
  /// Tells `alerts` of every call that is stored, but imported ones, and of the time; commits what it has
  /// with the calls. Before the first step; `alerts` outlives the pipeline.
  virtual void attach(AlertStage& alerts) = 0;
  /// Any thread.
  virtual void set_window_names(std::vector<std::string> names) = 0;
  virtual void set_endpoint_rules(SharedEndpointRules rules) = 0;  // for the batches that follow
  [[nodiscard]] virtual PipelineStats stats() const = 0;
};

}  // namespace weir
