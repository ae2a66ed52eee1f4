#include "net/loop.h"

#include <exception>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "base/log.h"
#include "net/loop_context.h"

namespace weir::net {
namespace {

/// Owns itself: runs a task to its end and is gone.
struct Detached {
  struct promise_type {
    static void* operator new(std::size_t bytes) { return allocate_frame(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept { free_frame(frame, bytes); }
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

/// A timer that ends with its loop.
class Sleeper final : public DeadlineNode {
 public:
  Sleeper(LoopContext& context, Nanos duration) : timer(context.io, duration) {
    link_behind(context.deadlines());
  }
  void expire(Instant) override {}
  void abandon() override { timer.cancel(); }

  boost::asio::steady_timer timer;
};

Detached run_detached(Task<void> task) {
  try {
    co_await std::move(task);
  } catch (const std::exception& exception) {
    log::error("a task ended by an exception", {{"what", exception.what()}});
  }
}

}  // namespace

Loop::Loop(const Clock& clock) : clock_(clock), context_(std::make_unique<LoopContext>(clock)) {}
Loop::~Loop() = default;

void Loop::run() {
  {
    const auto guard = boost::asio::make_work_guard(context_->io);
    context_->start_ticking();
    context_->start_watching();
    context_->io.run();
  }
  context_->abandon_all();
}

void Loop::stop() {
  context_->io.stop();
}

void Loop::post(std::function<void()> work) {
  boost::asio::post(context_->io, std::move(work));
}

void Loop::spawn(Task<void> task) {
  run_detached(std::move(task));
}

Task<void> Loop::sleep(Nanos duration) {
  Sleeper sleeper(*context_, duration);
  co_await complete<bool>([&sleeper](auto done) {
    sleeper.timer.async_wait([done](boost::system::error_code error) mutable { done(!error); });
  });
}

}  // namespace weir::net
