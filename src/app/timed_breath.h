// The breath that threads beside the data plane take in long work.
#pragma once

#include <thread>

#include "base/breath.h"
#include "base/clock.h"

namespace weir {

/// Lets the work of the thread it lives on rest once a fraction of a millisecond has passed since the rest
/// before: a data-plane thread on the same core answers some dozens of requests meanwhile.
class TimedBreath {
 public:
  explicit TimedBreath(const Clock& clock) : clock_(clock) {}

  /// Work begins, with rests of this length. 0: none.
  void begin(Micros rest) {
    rest_ = rest;
    rested_at_ = clock_.instant();
  }

 private:
  static constexpr Nanos kWork = Micros(200);

  void take() {
    if (rest_ == Micros(0) || clock_.instant() - rested_at_ < kWork) return;
    std::this_thread::sleep_for(rest_);
    rested_at_ = clock_.instant();
  }

  const Clock& clock_;
  Micros rest_{};
  Instant rested_at_{};
  const Breath breath_ = [this] { take(); };
  const BreathScope scope_{breath_};
};

}  // namespace weir
