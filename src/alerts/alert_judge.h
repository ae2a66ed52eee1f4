// Settings in force over windows: what is wrong by them, and the alerts that come of it.
//
// Deterministic, without clock or I/O, like AlertEngine, whose part it is. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/alert_book.h"
#include "alerts/detectors.h"
#include "alerts/lifecycle.h"

namespace weir {

class AlertJudge {
 public:
  /// `series`: whether anybody looks at alerts' windows slot by slot.
  AlertJudge(AlertSettings settings, std::string environment, AlertDirectory directory, bool series);
  AlertJudge(const AlertJudge&) = delete;
  AlertJudge& operator=(const AlertJudge&) = delete;

  /// Hold from the next evaluation on.
  void set_settings(AlertSettings settings);
  [[nodiscard]] const AlertSettings& settings() const { return settings_; }
  [[nodiscard]] const RuleBook& rules() const { return *rules_; }
  [[nodiscard]] AlertBook& book() { return book_; }
  [[nodiscard]] const AlertBook& book() const { return book_; }
  /// Response times older than this many seconds are not asked for.
  [[nodiscard]] AlertSecond latency_window() const {
    return settings_.rule(AlertType::kResponseTime).window_seconds;
  }
  /// Nothing comes of an evaluation of empty windows.
  [[nodiscard]] bool is_idle() const { return book_.active.empty() && book_.holding_since.empty(); }

  /// Judges the windows as they are at `now`, after `touched` was; appends what changed. `everything`: all
  /// subjects, and alerts resolve.
  void judge_windows(const WindowSet& windows, const TouchedSubjects& touched, bool everything,
                     AlertSecond now, const AlertInputs& inputs, std::vector<AlertEvent>& events);

 private:
  AlertSettings settings_;
  std::string environment_;
  AlertDirectory directory_;
  std::optional<RuleBook> rules_;  // always there; made anew with the settings
  bool series_;
  AlertBook book_;
  LimitMemory limit_memory_;
  JudgedSubjects subjects_;  // buffers of an evaluation
  LatencySum scratch_;
};

}  // namespace weir
