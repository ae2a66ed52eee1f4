// The breath that threads beside the data plane take in long work.
#pragma once

#include <thread>

#include "base/clock.h"

namespace weir {

/// Half a millisecond, in which a data-plane thread on the same core answers some dozens of requests.
inline void take_breath() {
  std::this_thread::sleep_for(Micros(500));
}

}  // namespace weir
