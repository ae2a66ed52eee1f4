// The thread that steps the pipeline: at once while there is much to store, seldom while there is little.
#pragma once

#include <thread>

#include "app/pause.h"
#include "base/clock.h"
#include "pipeline/pipeline.h"

namespace weir {

/// What the store refuses is logged, at most every ten seconds, and tried again at growing distances; the
/// records wait in the journal.
class PipelineRunner {
 public:
  /// Both outlive it.
  PipelineRunner(Pipeline& pipeline, const Clock& clock);
  ~PipelineRunner();

  /// Ends the thread once everything is stored, after `patience`, or when the store refuses. Call when
  /// nothing is appended any more.
  void stop(Seconds patience);

 private:
  void run(const std::stop_token& stop);

  Pipeline& pipeline_;
  const Clock& clock_;
  Pause pause_;
  LogThrottle throttle_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace weir
