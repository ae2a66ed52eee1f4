// The thread that delivers: steps the notifier, and sleeps in the network between.
#pragma once

#include <thread>

#include "app/pause.h"
#include "base/clock.h"
#include "notify/notifier.h"

namespace weir {

/// What the store refuses is logged, at most every ten seconds, and tried again.
class NotifyRunner {
 public:
  /// Both outlive it.
  NotifyRunner(Notifier& notifier, const Clock& clock);
  ~NotifyRunner();

  /// Ends the thread; attempts under way may end within two seconds, so that they are recorded, not repeated.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void finish();

  Notifier& notifier_;
  const Clock& clock_;
  LogThrottle throttle_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace weir
