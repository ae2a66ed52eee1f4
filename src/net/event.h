// One coroutine waits for another to be done.
#pragma once

#include <coroutine>
#include <utility>

namespace weir::net {

/// Set once; at most one waiter. One thread.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set() {
    set_ = true;
    if (waiter_) std::exchange(waiter_, {}).resume();
  }
  [[nodiscard]] bool is_set() const { return set_; }

  struct Awaiter {
    Event* event;
    bool await_ready() const noexcept { return event->set_; }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { event->waiter_ = waiter; }
    void await_resume() const noexcept {}
  };
  // An awaiter of its own: g++ 12 copies a waited-on lvalue that is its own awaiter.
  Awaiter operator co_await() noexcept { return {this}; }

 private:
  bool set_ = false;
  std::coroutine_handle<> waiter_;
};

}  // namespace weir::net
