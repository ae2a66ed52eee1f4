#include "app/pipeline_runner.h"

#include <algorithm>
#include <utility>

#include "app/timed_breath.h"
#include "base/log.h"
#include "base/thread_role.h"

namespace weir {
namespace {

// Where the data plane keeps every core busy, its requests wait while this thread works: a step rests between
// its pieces, long enough that few requests meet two of them. The more is left, the less rest.
constexpr Micros kRest{1500};
constexpr Micros kRestFull{500};  // after a step that left something
constexpr int kBehind = 8;        // after so many, none
// From the beginning of a step to the next: a call is in the log this much after its end, and a bit.
constexpr Nanos kPeriod = Millis(40);
constexpr Nanos kPeriodBusy = Millis(100);  // after kBusy at once: the more together, the less each costs
constexpr std::size_t kBusy = 1024;
constexpr Nanos kPeriodImport = Millis(2);  // its sender waits for room
constexpr Nanos kPeriodIdle = Millis(100);  // after kIdleSteps with nothing new
constexpr int kIdleSteps = 25;
constexpr Nanos kRetryMin = Millis(100);
constexpr Nanos kRetryMax = Seconds(2);
constexpr Nanos kGiveUp = Seconds(3);  // at the end, when the store takes nothing

}  // namespace

PipelineRunner::PipelineRunner(Pipeline& pipeline, const Clock& clock) : pipeline_(pipeline), clock_(clock) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    begin_thread("weir-pipeline");
    run(stop);
  });
}

PipelineRunner::~PipelineRunner() {
  if (thread_.joinable()) stop(Seconds(0));
}

void PipelineRunner::run(const std::stop_token& stop) {
  TimedBreath breath(clock_);
  Nanos retry = kRetryMin;
  Nanos wait{0};
  bool failing = false;
  int idle_steps = 0;
  int full_steps = kBehind;  // what a run before left behind is stored at once
  do {
    const Instant began = clock_.instant();
    breath.begin(full_steps == 0 ? kRest : full_steps < kBehind ? kRestFull : Micros(0));
    const auto stored = pipeline_.step(clock_.utc());
    if (stored) {
      if (std::exchange(failing, false)) log::info("calls are stored again");
      retry = kRetryMin;
      idle_steps = *stored == 0 ? std::min(idle_steps + 1, kIdleSteps) : 0;
      full_steps = *stored >= Pipeline::kStepMost ? std::min(full_steps + 1, kBehind) : 0;
      wait = idle_steps == kIdleSteps ? kPeriodIdle : *stored >= kBusy ? kPeriodBusy : kPeriod;
      if (pipeline_.importing()) wait = kPeriodImport;
      wait = full_steps > 0 ? Nanos(0) : std::max(wait - (clock_.instant() - began), Nanos(0));
    } else {
      failing = true;
      if (throttle_.pass(clock_.instant())) {
        log::error("calls cannot be stored: they wait in the journal, trying again",
                   {{"reason", stored.error().detail}});
      }
      wait = retry;
      retry = std::min(retry * 2, kRetryMax);
    }
  } while (wait == Nanos(0) ? !stop.stop_requested() : pause_(stop, wait));
}

void PipelineRunner::stop(Seconds patience) {
  thread_.request_stop();
  thread_.join();
  const Instant end = clock_.instant() + patience;
  Instant stored_at = clock_.instant();
  for (;;) {
    const auto stored = pipeline_.step(clock_.utc());
    if (stored && *stored == 0) return;
    const Instant now = clock_.instant();
    if (stored) stored_at = now;
    if (now >= end || now - stored_at >= kGiveUp) {
      log::warn("calls stay in the journal: the next start stores them",
                {{"reason", stored ? "there are too many" : std::string_view(stored.error().detail)}});
      return;
    }
    if (!stored) std::this_thread::sleep_for(kRetryMin);
  }
}

}  // namespace weir
