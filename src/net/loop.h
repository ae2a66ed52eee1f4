// One thread's event loop: sockets, timers, coroutines, and the deadlines of every stream.
//
// Hides the reactor (Boost.Asio): nothing above net sees it. All calls from the loop's own thread, unless
// said.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "net/task.h"

namespace weir::net {

class LoopContext;  // the reactor, for the files of net

class Loop {
 public:
  explicit Loop(const Clock& clock);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(), then ends every task that still waits. One thread, which is the loop's from then on.
  void run();
  /// Any thread.
  void stop();
  /// Runs `work` on the loop's thread, soon. Any thread.
  void post(std::function<void()> work);
  /// Starts `task` now; it runs until it first waits. An exception that leaves it is logged.
  void spawn(Task<void> task);
  /// Resumes after `duration`, to the millisecond.
  [[nodiscard]] Task<void> sleep(Nanos duration);

  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] LoopContext& context() { return *context_; }

 private:
  const Clock& clock_;
  std::unique_ptr<LoopContext> context_;
};

}  // namespace weir::net
