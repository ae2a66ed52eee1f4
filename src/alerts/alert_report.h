// What alerts of a time came to: how many, about what, how soon people took care, and what thresholds to set.
// Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/alert.h"

namespace weir {

/// Alerts of one kind.
struct AlertCounts {
  std::uint64_t alerts = 0;
  std::uint64_t critical = 0;
  std::uint64_t false_positives = 0;
};

struct SubjectCounts {
  AlertSubject subject;
  AlertCounts counts;
  double firing_seconds = 0;  // together, until the report's end for those that still do
};

/// By nearest rank; 0 of none.
struct WaitSummary {
  std::uint64_t count = 0;
  double median_seconds = 0;
  double p90_seconds = 0;
};

/// A threshold that some of the false positives would not have passed, and the price.
struct ThresholdStep {
  double threshold = 0;
  std::uint64_t false_avoided = 0;
  std::uint64_t true_missed = 0;  // alerts nobody marked that would not have fired either
};

/// For a type with false positives; of key_abuse for each of its rules.
struct ThresholdAdvice {
  AlertType type = AlertType::kResponseTime;
  std::string rule;
  double threshold = 0;  // the lowest that was in force
  AlertCounts counts;
  std::vector<ThresholdStep> steps;  // ever further; the last avoids them all. At most kAdviceStepsMax
};
inline constexpr std::size_t kAdviceStepsMax = 10;
inline constexpr std::size_t kReportedSubjectsMax = 20;

struct AlertReport {
  UtcTime from{};
  UtcTime to{};
  AlertCounts total;
  std::array<AlertCounts, kAlertTypes> by_type;
  std::array<AlertCounts, 24> by_hour;  // of the day, UTC, in which they fired
  std::vector<SubjectCounts> noisiest;  // the most alerts first
  std::uint64_t subjects = 0;           // there are
  WaitSummary to_acknowledge;           // of those somebody acknowledged
  WaitSummary to_resolve;               // of those that are resolved
  std::uint64_t unresolved = 0;
  std::vector<ThresholdAdvice> advice;
  std::vector<UtcTime> starts;  // of each step of time …
  Seconds step{3600};
  std::vector<AlertCounts> timeline;  // … and what fired in it
  bool is_cut = false;                // there were more alerts than are looked at
};

/// `alerts`: those that fired within [from, to).
[[nodiscard]] AlertReport make_alert_report(std::span<const Alert> alerts, UtcTime from, UtcTime to);

}  // namespace weir
