// Long work in pieces: where threads share a core, who serves requests gets it between two of them.
#pragma once

#include <functional>

namespace weir {

/// Called by long work between its pieces, on the thread that does it; it may sleep for a moment, and says
/// itself how often: pieces may be short. It must not throw. Empty: the work goes on at once.
using Breath = std::function<void()>;

inline void breathe(const Breath& breath) {
  if (breath) breath();
}

}  // namespace weir
