// What makes an alert: thresholds and windows of every type, exceptions from them, and who is told when.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/alert.h"

namespace weir {

/// What of a window's response times is compared.
enum class LatencyStatistic : std::uint8_t { kP50, kP90, kP95, kP99, kMax, kMean };

/// One type's rule. A threshold that is absent raises nothing of that severity.
struct AlertRule {
  bool enabled = true;
  std::optional<double> warning = {};
  std::optional<double> critical = {};
  std::uint32_t window_seconds = 60;         // a multiple of ten; at most alert_window_max of the type
  std::uint32_t minimum_calls = 1;           // fewer in the window judge nothing
  std::uint32_t for_seconds = 0;             // must hold so long before it fires; a multiple of ten
  std::uint32_t resolve_after_seconds = 60;  // must be clear so long before it resolves; a multiple of ten
};

/// Statuses that count as errors, inclusive.
struct StatusRange {
  std::uint16_t first = 500;
  std::uint16_t last = 599;
  friend bool operator==(const StatusRange&, const StatusRange&) = default;
};

struct UsageSpikeRule {
  std::uint32_t consecutive_windows = 3;     // each of so many windows in a row must be above
  std::uint32_t minimum_history_hours = 24;  // with fewer hours of history there is no normal
  std::uint32_t history_weeks = 8;           // of the same hour of the week, for the median
  std::uint32_t half_life_hours = 12;        // of the weighted mean used before there are two weeks

  friend bool operator==(const UsageSpikeRule&, const UsageSpikeRule&) = default;
};

struct LimitUseRule {
  std::uint32_t short_window_seconds = 60;  // windows shorter than this …
  std::uint32_t repeats = 3;                // … must reach the threshold in so many of the last ten minutes
};

/// The thresholds of `key_abuse` are of the distinct sources of an hour, as a multiple of the key's normal.
struct KeyAbuseRule {
  std::uint32_t minimum_sources = 20;         // fewer distinct sources an hour are never abuse
  std::uint32_t unknown_paths = 50;           // distinct paths an hour answered 404: scanning; 0: off
  double refused_share = 0.5;                 // of a key's calls, by limits and restrictions; 0: off
  std::uint32_t refused_minimum_calls = 100;  // in five minutes
  std::uint32_t refused_for_seconds = 600;    // for so long
  std::uint32_t dead_key_calls = 1;           // calls an hour with a deactivated or expired key; 0: off
};

/// An exception: where everything given matches, what is set replaces the rule's. The last that matches wins.
struct AlertOverride {
  AlertType type = AlertType::kResponseTime;
  std::string environment;  // empty: any
  std::string endpoint;     // a template, or a prefix of whole segments ending in "/*"; empty: any
  std::optional<KeyId> key;
  std::string plan;  // empty: any
  std::optional<bool> enabled;
  std::optional<double> warning;
  std::optional<double> critical;
  std::optional<std::uint32_t> minimum_calls;
};
inline constexpr std::size_t kAlertOverridesMax = 1000;

/// Told this long after an alert fired unless somebody acknowledged it.
struct EscalationStep {
  std::uint32_t after_seconds = 0;
  std::vector<std::string> channels;
  std::vector<std::string> recipients;  // of e-mail channels; empty: the channel's own
};

struct EscalationPolicy {
  std::string name;
  std::vector<AlertType> types;                       // empty: all
  AlertSeverity severity = AlertSeverity::kCritical;  // and graver
  std::vector<EscalationStep> steps;                  // by rising delay
};
inline constexpr std::size_t kEscalationPoliciesMax = 50;
inline constexpr std::size_t kEscalationStepsMax = 10;

struct AlertSettings {
  AlertSettings();  // the specification's defaults

  [[nodiscard]] AlertRule& rule(AlertType type) { return rules[static_cast<std::size_t>(type)]; }
  [[nodiscard]] const AlertRule& rule(AlertType type) const { return rules[static_cast<std::size_t>(type)]; }

  std::array<AlertRule, kAlertTypes> rules;
  LatencyStatistic statistic = LatencyStatistic::kP95;
  std::vector<StatusRange> error_statuses = {{500, 599}};
  UsageSpikeRule usage_spike;
  LimitUseRule limit_use;
  KeyAbuseRule key_abuse;
  std::vector<AlertOverride> overrides;
  std::vector<EscalationPolicy> escalation;
};

/// Longest window of a type's rule, in seconds.
[[nodiscard]] std::uint32_t alert_window_max(AlertType type);

/// Checks everything; kInvalid names the field as the API calls it, the bound and the value.
[[nodiscard]] Result<void> validate(const AlertSettings& settings);

[[nodiscard]] std::string_view to_string(LatencyStatistic statistic);  // "p95", "max", "mean"
[[nodiscard]] std::optional<LatencyStatistic> parse_latency_statistic(std::string_view name);

}  // namespace weir
