// One coroutine waits for another to be done.
#pragma once

#include <coroutine>
#include <utility>

namespace weir::net {

/// Set once; at most one waiter. One thread.
class Event {
 public:
  void set() {
    set_ = true;
    if (waiter_) std::exchange(waiter_, {}).resume();
  }
  [[nodiscard]] bool is_set() const { return set_; }

  bool await_ready() const noexcept { return set_; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  void await_resume() const noexcept {}

 private:
  bool set_ = false;
  std::coroutine_handle<> waiter_;
};

}  // namespace weir::net
