#include "app/usage_keeper.h"

#include "app/timed_breath.h"
#include "base/log.h"
#include "base/thread_role.h"

namespace weir {
namespace {

constexpr Nanos kWaitIdle = Seconds(1);
constexpr Nanos kWaitBusy = Millis(1);  // between slices: whoever waits for the store's log comes first
constexpr Micros kRest{500};
constexpr Nanos kRetry = Seconds(2);
constexpr Micros kCheckCallsEvery = std::chrono::minutes(1);

}  // namespace

UsageKeeper::UsageKeeper(Store& store, const Clock& clock, const RollupRetention& rollups,
                         const CallRetention& calls)
    : clock_(clock), rollups_(store), calls_(store) {
  set_retention(rollups, calls);
  thread_ = std::jthread([this](const std::stop_token& stop) {
    begin_thread("weir-rollup");
    run(stop);
  });
}

void UsageKeeper::set_retention(const RollupRetention& rollups, const CallRetention& calls) {
  rollups_.set_retention(rollups);
  calls_.set(calls);
}

void UsageKeeper::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<bool> UsageKeeper::step() {
  const UtcTime now = clock_.utc();
  WEIR_TRY_ASSIGN(busy, rollups_.step(now));
  const bool is_time =
      !calls_checked_ || now < calls_checked_at_ || now - calls_checked_at_ >= kCheckCallsEvery;
  if (!is_time) return busy;
  WEIR_TRY_ASSIGN(removed, calls_.step(now));
  calls_checked_ = !removed;
  calls_checked_at_ = now;
  return busy || removed;
}

void UsageKeeper::run(const std::stop_token& stop) {
  TimedBreath breath(clock_);
  Nanos wait{0};
  do {
    breath.begin(kRest);
    const auto busy = step();
    if (!busy && throttle_.pass(clock_.instant())) {
      log::error("roll-ups cannot be merged: trying again", {{"reason", busy.error().detail}});
    }
    wait = !busy ? kRetry : *busy ? kWaitBusy : kWaitIdle;
  } while (pause_(stop, wait));
}

}  // namespace weir
