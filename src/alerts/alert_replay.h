// The same machine over calls of the past: which alerts settings would have raised, beside those of the
// settings in force.
//
// Pure, and deterministic like AlertEngine, which does the work; both sides look at the same windows unless
// their settings fill them otherwise, then there is one for each. What people did meanwhile (acknowledging,
// resolving, silences) is not done again, and types that are not of calls (key_expiring, records_dropped,
// delivery_failed) do not fire. Not thread-safe. Bounded: kReplayedAlertsMax alerts a side are kept, those
// beyond are counted; calls wait for their second to be evaluated, at most kReplayAheadMax of them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerts/alert_engine.h"
#include "alerts/second_tallies.h"

namespace weir {

inline constexpr std::size_t kReplayedAlertsMax = 10'000;
inline constexpr std::uint64_t kReplayAheadMax = 4'000'000;

/// An alert that would have been.
struct ReplayedAlert {
  AlertType type = AlertType::kResponseTime;
  AlertSubject subject;
  AlertSeverity severity = AlertSeverity::kWarning;  // the gravest it had
  UtcTime started_at{};
  std::optional<UtcTime> resolved_at;  // none: still firing at the end
  AlertNumbers numbers;                // as last evaluated, without the series; `worst` is of its whole time
  std::uint32_t escalated = 0;         // steps nobody's acknowledgement would have stopped

  friend bool operator==(const ReplayedAlert&, const ReplayedAlert&) = default;
};

/// One alert as the two sides saw it: same type and subject, at a time both were firing.
struct ReplayedPair {
  std::optional<ReplayedAlert> in_force;
  std::optional<ReplayedAlert> proposed;
};

struct ReplayedCounts {
  std::uint64_t in_force = 0;
  std::uint64_t proposed = 0;
  std::uint64_t both = 0;  // of the alerts kept
};

struct AlertReplayResult {
  std::vector<ReplayedPair> alerts;                // by when they started
  std::array<ReplayedCounts, kAlertTypes> counts;  // by type
  std::uint64_t omitted = 0;                       // counted, not kept
  std::uint64_t calls = 0;                         // within the time asked for
  std::uint64_t late_calls = 0;                    // came after their second was evaluated
};

class AlertReplay {
 public:
  struct Parts {
    AlertSettings in_force;
    std::optional<AlertSettings> proposed;  // none: those in force only
    std::string environment;
    AlertDirectory directory;
    HourHistory& history;       // outlives it
    AlertSecond warm_from = 0;  // calls from here on fill the windows …
    AlertSecond from = 0;       // … and alerts that fire at or after this, or still do, count
  };
  explicit AlertReplay(Parts parts);

  /// An hour before `warm_from`, oldest first, before the first call.
  void learn(AlertHour hour, const HourCounts& counts);

  /// A call that ended at or after `warm_from`, in any order as far as `advance` has not been there.
  /// `endpoint` none: for no endpoint.
  void add(const UsageRecord& record, EndpointId endpoint);

  /// All calls that ended before `second` have been given. `limits` appends how much of their limits keys
  /// have used at a second.
  using LimitsOf =
      std::function<void(AlertSecond second, std::span<const KeyId> keys, std::vector<LimitUse>& uses)>;
  void advance(AlertSecond second, const LimitsOf& limits);

  /// Calls given and not evaluated yet are this many.
  [[nodiscard]] std::uint64_t ahead() const { return ahead_; }
  /// The first second there are such calls of.
  [[nodiscard]] std::optional<AlertSecond> next_second() const;

  /// After the last `advance`. Once.
  [[nodiscard]] AlertReplayResult finish();

 private:
  struct Side {
    std::unique_ptr<AlertEngine> engine;  // or, where both sides see the same windows, of the proposed one …
    std::unique_ptr<AlertJudge> beside;   // … this, beside the engine in force
    std::vector<LimitUse> uses;           // known now
    std::vector<ReplayedAlert> ended;
    std::array<std::uint64_t, kAlertTypes> counts{};
    std::uint64_t omitted = 0;

    [[nodiscard]] const AlertBook& book() const { return engine ? engine->book() : beside->book(); }
  };

  [[nodiscard]] std::vector<Side*> sides();
  /// Gives the calls of the first second to the engines.
  void hand_over(AlertSecond evaluation, const LimitsOf& limits);
  void look_at_limits(AlertSecond second, Side& side, const LimitsOf& limits);
  [[nodiscard]] AlertSecond next_evaluation(AlertSecond until) const;
  void take(Side& side, const std::vector<AlertEvent>& events);
  void end(Side& side, ReplayedAlert alert);
  /// What both sides fired, side by side; sorted.
  [[nodiscard]] std::vector<ReplayedPair> pair_up(std::vector<ReplayedAlert> in_force,
                                                  std::vector<ReplayedAlert> proposed) const;

  UtcTime from_;
  Side in_force_;
  std::optional<Side> proposed_;
  StatusSet errors_;
  StatusSet proposed_errors_;
  bool same_errors_;
  SecondTallies seconds_;
  SecondTallies proposed_seconds_;  // of the same calls, where other statuses are errors
  std::uint64_t ahead_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t late_ = 0;
  AlertSecond evaluated_;
  bool learning_ = true;
  std::vector<KeyId> keys_;     // buffers
  std::vector<LimitUse> uses_;  // of the keys that called
};

}  // namespace weir
