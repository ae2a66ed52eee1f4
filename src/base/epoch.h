// Epoch-based reclamation: threads that never wait read what another thread replaces.
//
// A reader holds an EpochGuard while it uses what it loaded; a writer swaps the pointer, then retires the old
// object, which is destroyed once every guard that might have seen it is gone (Fraser, "Practical
// lock-freedom", 2004, 5.2.3). One domain for the process.
#pragma once

#include <functional>

namespace weir {

/// Threads that read at the same time with a slot of their own. Beyond, a guard counts in one shared place:
/// as safe, slower, and nothing is destroyed while one such guard is held.
inline constexpr int kEpochThreads = 256;

/// Marks this thread as reading. A few nanoseconds; may be nested; not held across a co_await.
class EpochGuard {
 public:
  EpochGuard() noexcept;
  ~EpochGuard();
  EpochGuard(const EpochGuard&) = delete;
  EpochGuard& operator=(const EpochGuard&) = delete;
};

/// Runs `destroy` once no guard from before this call is held: in this call, or in a later one. Any thread;
/// must not be called under a guard.
void epoch_retire(std::function<void()> destroy);

/// Runs what has become due. For housekeeping and tests.
void epoch_collect();

}  // namespace weir
