// The breath that threads beside the data plane take in long work.
#pragma once

#include <thread>

#include "base/clock.h"

namespace weir {

/// Half a millisecond, in which a data-plane thread on the same core answers some dozens of requests.
inline void take_breath() {
  std::this_thread::sleep_for(Micros(500));
}

/// A breath for work in pieces of any length: taken once a fraction of a millisecond has passed since the one
/// before. One thread.
class TimedBreath {
 public:
  explicit TimedBreath(const Clock& clock) : clock_(&clock) {}

  /// Work begins, with rests of this length. 0: none.
  void begin(Micros rest) {
    rest_ = rest;
    rested_at_ = clock_->instant();
  }

  void operator()() {
    if (rest_ == Micros(0) || clock_->instant() - rested_at_ < kWork) return;
    std::this_thread::sleep_for(rest_);
    rested_at_ = clock_->instant();
  }

 private:
  static constexpr Nanos kWork = Micros(200);

  const Clock* clock_;
  Micros rest_{};
  Instant rested_at_{};
};

}  // namespace weir
