// A sleep that ends early when its thread is asked to stop.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "base/clock.h"

namespace weir {

class Pause {
 public:
  /// False when `stop` was requested, before or meanwhile. One thread.
  bool operator()(const std::stop_token& stop, Nanos time) {
    std::unique_lock lock(mutex_);
    (void)condition_.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any condition_;
};

/// Lets through one of a repeated message every ten seconds. One thread.
class LogThrottle {
 public:
  [[nodiscard]] bool pass(Instant now) {
    if (passed_ && now - last_ < Seconds(10)) return false;
    passed_ = true;
    last_ = now;
    return true;
  }

 private:
  bool passed_ = false;
  Instant last_{};
};

}  // namespace weir
