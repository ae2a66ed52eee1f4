#include "app/notify_runner.h"

#include "base/log.h"
#include "base/thread_role.h"

namespace weir {
namespace {

constexpr Millis kWait{1000};  // who commits an event wakes this thread
constexpr Millis kWaitFailing{1000};
constexpr Nanos kFinish = Seconds(2);

}  // namespace

NotifyRunner::NotifyRunner(Notifier& notifier, const Clock& clock) : notifier_(notifier), clock_(clock) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    begin_thread("weir-notify");
    run(stop);
  });
}

NotifyRunner::~NotifyRunner() {
  if (thread_.joinable()) stop();
}

void NotifyRunner::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto stepped = notifier_.step(clock_.utc());
    if (!stepped && throttle_.pass(clock_.instant())) {
      log::error("messages cannot be stored: they wait, trying again", {{"reason", stepped.error().detail}});
    }
    notifier_.wait(stepped ? notifier_.until_due(clock_.utc(), kWait) : kWaitFailing);
  }
  finish();
}

void NotifyRunner::finish() {
  const Instant end = clock_.instant() + kFinish;
  while (notifier_.in_flight() > 0 && clock_.instant() < end) {
    notifier_.wait(Millis(50));
    if (!notifier_.settle(clock_.utc())) return;
  }
}

void NotifyRunner::stop() {
  thread_.request_stop();
  notifier_.wake();
  thread_.join();
}

}  // namespace weir
