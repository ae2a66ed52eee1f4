// Threads that run what may block, away from the event loop.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace weir::net {

/// Thread-safe. Jobs run in the order they came, at most `threads` at a time.
class HandlerPool {
 public:
  HandlerPool(std::size_t threads, std::size_t jobs_max);
  ~HandlerPool();  // stops

  /// False when `jobs_max` wait already, or the pool is stopped.
  [[nodiscard]] bool submit(std::function<void()> job);
  /// Waits for running jobs; those not begun are dropped.
  void stop();

 private:
  void run();

  const std::size_t jobs_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;  // guarded by mutex_; at most jobs_max_
  bool stopping_ = false;                   // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace weir::net
