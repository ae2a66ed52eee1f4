// Alerting as one deterministic machine: calls in, events out, at whole seconds of their time.
//
// A call belongs to the second it ended in. The evaluation at second T sees exactly the calls that ended
// before T and were given before it ran; a call given later is counted at the next one. At multiples of ten
// seconds everything is judged, alerts resolve and hours close; at other seconds only what new calls touched
// is judged, so that a fresh problem is seen within a second. Pure: no clock, no I/O but HourHistory's; the
// same calls in the same seconds give the same events. Not thread-safe.
//
// To survive a crash the owner keeps, with the position of the calls: `take_kept`, the book, evaluated(); and
// gives them to `restore`.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alerts/alert_judge.h"
#include "alerts/second_tallies.h"
#include "alerts/window_set.h"

namespace weir {

/// Time that goes back further than calls come late by: the clock was set, windows start anew there.
inline constexpr AlertSecond kClockBackSeconds = 60;

/// Windows as they are kept: of one second, since the last time.
struct KeptDelta {
  AlertSecond evaluation = 0;  // the one that takes it in
  AlertSecond second = 0;
  std::string bytes;  // WindowDelta::encode
};

class AlertEngine {
 public:
  struct Parts {
    AlertSettings settings;
    std::string environment;
    AlertDirectory directory;
    HourHistory& history;  // outlives it
    bool keep = true;      // false: nobody calls take_kept
    bool series = true;    // false: nobody looks at alerts' windows slot by slot
  };
  explicit AlertEngine(Parts parts);
  AlertEngine(const AlertEngine&) = delete;
  AlertEngine& operator=(const AlertEngine&) = delete;

  /// Counts a call; `endpoint` none: for no endpoint.
  void add(const UsageRecord& record, EndpointId endpoint);
  /// Counts the calls that ended within `second`, whose errors are those of settings(). Not kept.
  void add(AlertSecond second, std::shared_ptr<const WindowDelta> delta);

  /// What is normal, from an hour that is over: oldest first, before the first call and after `restore`.
  void learn(AlertHour hour, const HourCounts& counts);
  /// After the last of them: the next call is of `hour` or later.
  void end_learning(AlertHour hour);

  /// Evaluates every second up to `until`: all calls that ended before it have been given. Returns what
  /// changed. Where nothing can happen seconds are passed over, so an idle night costs nothing.
  [[nodiscard]] std::vector<AlertEvent> advance(AlertSecond until, const AlertInputs& inputs) {
    return advance(until, inputs, nullptr);
  }
  /// Other settings over the same windows: judged at the same seconds. What they call an error and what they
  /// say of usage_spike must be what settings() do.
  struct Beside {
    AlertJudge& judge;
    const AlertInputs& inputs;
    std::vector<AlertEvent>& events;  // appended to
  };
  [[nodiscard]] std::vector<AlertEvent> advance(AlertSecond until, const AlertInputs& inputs,
                                                const Beside* beside);

  /// Settings hold from the next evaluation on.
  void set_settings(AlertSettings settings);
  [[nodiscard]] const AlertSettings& settings() const { return judge_.settings(); }
  [[nodiscard]] const RuleBook& rules() const { return judge_.rules(); }

  /// History came from elsewhere: what is normal is found anew from it. Reads through weeks of hours.
  void learn_history();

  /// Keys whose use of limits the next `advance` wants to know: those with an alert about it, and `max` of
  /// those that called since the last one; where more did, each has its turn.
  [[nodiscard]] std::vector<KeyId> limit_keys(std::size_t max);

  [[nodiscard]] AlertBook& book() { return judge_.book(); }
  [[nodiscard]] const AlertBook& book() const { return judge_.book(); }
  [[nodiscard]] const WindowSet& windows() const { return windows_; }
  [[nodiscard]] AlertSecond evaluated() const { return evaluated_; }
  [[nodiscard]] std::uint64_t late_calls() const { return late_; }

  /// What the windows gained since the last time, to be kept.
  [[nodiscard]] std::vector<KeptDelta> take_kept();
  /// An hour was closed, or the last checkpoint is five minutes old. One must be kept with the position
  /// before or with the next deltas.
  [[nodiscard]] bool checkpoint_due() const { return checkpoint_due_; }
  /// What outlives the minutes, as of evaluated(): deltas of evaluations up to then, and older than
  /// kWindowSecondsMax, need no longer be kept once this is.
  [[nodiscard]] std::string checkpoint();
  /// Before the first call: `checkpoint` was taken at `checkpoint_at` (0: none). kCorrupt.
  [[nodiscard]] Result<void> restore(AlertSecond evaluated, AlertSecond checkpoint_at,
                                     std::string_view checkpoint, std::span<const KeptDelta> deltas);

 private:
  struct Pending {
    AlertSecond evaluation;
    AlertSecond second;
    std::shared_ptr<const WindowDelta> delta;
  };

  void settle_fresh();
  [[nodiscard]] AlertSecond evaluation_of(AlertSecond second) const;
  [[nodiscard]] AlertSecond next_second(AlertSecond until, bool idle) const;
  void move_windows(AlertSecond now, AlertSecond latency_window);

  AlertJudge judge_;
  HourHistory& history_;
  bool keep_;
  StatusSet errors_;

  SecondTallies fresh_;           // since the last settle_fresh
  std::vector<Pending> pending_;  // not taken in yet
  std::vector<KeptDelta> kept_;   // not handed out yet

  WindowSet windows_;
  TouchedSubjects touched_;  // in the last evaluation
  AlertSecond evaluated_ = 0;
  std::uint32_t last_limit_key_ = 0;  // whose turn it was
  bool checkpoint_due_ = false;
  std::uint64_t late_ = 0;
};

}  // namespace weir
