// The thread that writes the weekly digest of alerts: reading a week of many takes a while, and nobody else
// should wait for it.
#pragma once

#include <functional>
#include <thread>

#include "app/pause.h"
#include "base/clock.h"
#include "base/result.h"

namespace weir {

/// What the store refuses is logged, at most every ten seconds, and tried again.
class DigestRunner {
 public:
  /// `step` does what is due at the time it is given.
  DigestRunner(std::function<Result<void>(UtcTime)> step, const Clock& clock);

  /// Ends the thread, after the step it is in.
  void stop();

 private:
  void run(const std::stop_token& stop);

  const std::function<Result<void>(UtcTime)> step_;
  const Clock& clock_;
  Pause pause_;
  LogThrottle throttle_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace weir
