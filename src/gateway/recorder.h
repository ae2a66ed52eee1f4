// The record phase: one UsageRecord for every request, before its answer's last byte.
#pragma once

#include "base/clock.h"
#include "gateway/request_context.h"
#include "gateway/worker_stats.h"
#include "journal/journal.h"

namespace weir {

/// Belongs to one data-plane thread.
class Recorder {
 public:
  Recorder(Journal& journal, WorkerStats& stats) : journal_(journal), stats_(stats) {}

  /// Appends the context's record to the journal and counts it; once a request, later calls do nothing.
  void record(RequestContext& context, Instant now) noexcept;

  [[nodiscard]] const Journal& journal() const { return journal_; }

 private:
  Journal& journal_;
  WorkerStats& stats_;
};

}  // namespace weir
