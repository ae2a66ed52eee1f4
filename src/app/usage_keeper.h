// The thread that merges roll-ups and forgets what is past its time, beside the pipeline.
#pragma once

#include <optional>
#include <thread>

#include "app/pause.h"
#include "base/clock.h"
#include "store/store.h"
#include "usage/call_retention.h"
#include "usage/rollup_keeper.h"

namespace weir {

/// Works in slices of some milliseconds, so that it can be stopped at any time and keeps no writer waiting
/// for long. What the store refuses is logged, at most every ten seconds, and tried again.
class UsageKeeper {
 public:
  /// Both outlive it.
  UsageKeeper(Store& store, const Clock& clock, const RollupRetention& rollups, const CallRetention& calls);

  void set_retention(const RollupRetention& rollups, const CallRetention& calls);
  /// The first moment whose calls the call log keeps; none: all are. Any thread.
  [[nodiscard]] std::optional<UtcTime> calls_kept_from(UtcTime now) { return calls_.kept_from(now); }
  /// Ends the thread. What is unfinished is begun anew after the next start.
  void stop();

 private:
  void run(const std::stop_token& stop);
  Result<bool> step();

  const Clock& clock_;
  RollupKeeper rollups_;
  CallRetentionKeeper calls_;
  bool calls_checked_ = false;
  UtcTime calls_checked_at_{};
  Pause pause_;
  LogThrottle throttle_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace weir
