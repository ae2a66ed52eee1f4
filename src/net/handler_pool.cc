#include "net/handler_pool.h"

#include "base/thread_role.h"

namespace weir::net {

HandlerPool::HandlerPool(std::size_t threads, std::size_t jobs_max) : jobs_max_(jobs_max) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      begin_thread("weir-query");
      run();
    });
  }
}

HandlerPool::~HandlerPool() {
  stop();
}

bool HandlerPool::submit(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || jobs_.size() >= jobs_max_) return false;
  jobs_.push_back(std::move(job));
  ready_.notify_one();
  return true;
}

void HandlerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
    ready_.notify_all();
  }
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void HandlerPool::run() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace weir::net
