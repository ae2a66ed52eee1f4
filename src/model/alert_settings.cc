#include "model/alert_settings.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::array<std::string_view, 6> kStatistics = {"p50", "p90", "p95", "p99", "max", "mean"};
constexpr std::uint32_t kSlotSeconds = 10;
constexpr std::uint32_t kHour = 3600;
constexpr std::uint32_t kDay = 24 * kHour;
constexpr std::size_t kNameMax = 100;

struct ThresholdBounds {
  double min;
  double max;
};

ThresholdBounds threshold_bounds(AlertType type) {
  switch (type) {
    case AlertType::kResponseTime:
      return {0.001, 3600};
    case AlertType::kErrorRate:
    case AlertType::kUpstreamDown:
      return {0, 1};
    case AlertType::kRateLimitApproaching:
      return {0.01, 1};
    case AlertType::kUsageSpike:
    case AlertType::kKeyAbuse:
      return {1, 1e6};
    case AlertType::kKeyExpiring:
      return {0, 3650};
    case AlertType::kUnauthorizedAccess:
    case AlertType::kRecordsDropped:
    case AlertType::kDeliveryFailed:
      return {0, 1e12};
  }
  return {0, 0};
}

/// Checks one value after another; the first problem counts.
class Checker {
 public:
  void bounds(const std::string& field, double value, double min, double max) {
    // Negated so that a NaN is refused.
    if (!(value >= min && value <= max))
      problem(fmt::format("{}: must be {} to {}, but is {}", field, min, max, value));
  }
  void tens(const std::string& field, std::uint32_t value) {
    if (value % kSlotSeconds != 0)
      problem(fmt::format("{}: must be a multiple of {}, but is {}", field, kSlotSeconds, value));
  }
  void problem(std::string sentence) {
    if (!first_) first_ = std::move(sentence);
  }
  [[nodiscard]] Result<void> result() const {
    if (first_) return fail(ErrorCode::kInvalid, *first_);
    return {};
  }

 private:
  std::optional<std::string> first_;
};

void check_thresholds(Checker& check, const std::string& path, AlertType type,
                      const std::optional<double>& warning, const std::optional<double>& critical) {
  const auto [min, max] = threshold_bounds(type);
  if (warning) check.bounds(path + ".warning", *warning, min, max);
  if (critical) check.bounds(path + ".critical", *critical, min, max);
  if (!warning || !critical) return;
  // Days left count down: the critical threshold is the lower one.
  const bool ordered = type == AlertType::kKeyExpiring ? *critical <= *warning : *critical >= *warning;
  if (!ordered) {
    check.problem(fmt::format("{}.critical: must be at {} warning ({}), but is {}", path,
                              type == AlertType::kKeyExpiring ? "most" : "least", *warning, *critical));
  }
}

void check_rule(Checker& check, AlertType type, const AlertRule& rule) {
  const std::string path = fmt::format("thresholds.{}", to_string(type));
  check_thresholds(check, path, type, rule.warning, rule.critical);
  check.bounds(path + ".window_seconds", rule.window_seconds, kSlotSeconds, alert_window_max(type));
  check.tens(path + ".window_seconds", rule.window_seconds);
  check.bounds(path + ".minimum_calls", rule.minimum_calls, 1, 1e9);
  check.bounds(path + ".for_seconds", rule.for_seconds, 0, kHour);
  check.tens(path + ".for_seconds", rule.for_seconds);
  check.bounds(path + ".resolve_after_seconds", rule.resolve_after_seconds, 0, kDay);
  check.tens(path + ".resolve_after_seconds", rule.resolve_after_seconds);
}

void check_special_rules(Checker& check, const AlertSettings& settings) {
  const std::string spike = "thresholds.usage_spike";
  check.bounds(spike + ".consecutive_windows", settings.usage_spike.consecutive_windows, 1, 30);
  check.bounds(spike + ".minimum_history_hours", settings.usage_spike.minimum_history_hours, 1, 14 * 24);
  check.bounds(spike + ".history_weeks", settings.usage_spike.history_weeks, 2, 26);
  check.bounds(spike + ".half_life_hours", settings.usage_spike.half_life_hours, 1, 168);
  const std::uint32_t covered =
      settings.rule(AlertType::kUsageSpike).window_seconds * settings.usage_spike.consecutive_windows;
  check.bounds(spike + ".window_seconds × consecutive_windows", covered, kSlotSeconds, 300);

  const std::string limit = "thresholds.rate_limit_approaching";
  check.bounds(limit + ".short_window_seconds", settings.limit_use.short_window_seconds, 0, kHour);
  check.bounds(limit + ".repeats", settings.limit_use.repeats, 1, 100);

  const std::string abuse = "thresholds.key_abuse";
  check.bounds(abuse + ".minimum_sources", settings.key_abuse.minimum_sources, 1, 1000);
  check.bounds(abuse + ".unknown_paths", settings.key_abuse.unknown_paths, 0, 1000);
  check.bounds(abuse + ".refused_share", settings.key_abuse.refused_share, 0, 1);
  check.bounds(abuse + ".refused_minimum_calls", settings.key_abuse.refused_minimum_calls, 1, 1e9);
  check.bounds(abuse + ".refused_for_seconds", settings.key_abuse.refused_for_seconds, 0, kDay);
  check.tens(abuse + ".refused_for_seconds", settings.key_abuse.refused_for_seconds);
  check.bounds(abuse + ".dead_key_calls", settings.key_abuse.dead_key_calls, 0, 1e9);

  if (settings.error_statuses.empty() || settings.error_statuses.size() > 20) {
    check.problem(fmt::format("thresholds.error_rate.statuses: must be 1 to 20 ranges, but are {}",
                              settings.error_statuses.size()));
  }
  for (const StatusRange& range : settings.error_statuses) {
    check.bounds("thresholds.error_rate.statuses", range.first, 100, 599);
    check.bounds("thresholds.error_rate.statuses", range.last, range.first, 599);
  }
}

void check_overrides(Checker& check, const AlertSettings& settings) {
  if (settings.overrides.size() > kAlertOverridesMax) {
    check.problem(fmt::format("overrides: must be at most {}, but are {}", kAlertOverridesMax,
                              settings.overrides.size()));
  }
  for (std::size_t i = 0; i < settings.overrides.size(); ++i) {
    const AlertOverride& item = settings.overrides[i];
    const std::string path = fmt::format("overrides[{}]", i);
    if (item.environment.empty() && item.endpoint.empty() && !item.key && item.plan.empty())
      check.problem(path + ": must name an environment, an endpoint, a key or a plan");
    if (!item.enabled && !item.warning && !item.critical && !item.minimum_calls)
      check.problem(path + ": must set enabled, warning, critical or minimum_calls");
    const AlertRule& rule = settings.rule(item.type);
    check_thresholds(check, path, item.type, item.warning ? item.warning : rule.warning,
                     item.critical ? item.critical : rule.critical);
    if (item.minimum_calls) check.bounds(path + ".minimum_calls", *item.minimum_calls, 1, 1e9);
  }
}

void check_escalation(Checker& check, const std::vector<EscalationPolicy>& policies) {
  if (policies.size() > kEscalationPoliciesMax) {
    check.problem(
        fmt::format("escalation: must be at most {}, but are {}", kEscalationPoliciesMax, policies.size()));
  }
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const EscalationPolicy& policy = policies[i];
    const std::string path = fmt::format("escalation[{}]", i);
    if (policy.name.empty() || policy.name.size() > kNameMax)
      check.problem(
          fmt::format("{}.name: must have 1 to {} bytes, but has {}", path, kNameMax, policy.name.size()));
    for (std::size_t k = 0; k < i; ++k) {
      if (policies[k].name == policy.name)
        check.problem(fmt::format("{}.name: '{}' is there already", path, policy.name));
    }
    check.bounds(path + ".steps (count)", static_cast<double>(policy.steps.size()), 1, kEscalationStepsMax);
    std::uint32_t before = 0;
    for (std::size_t k = 0; k < policy.steps.size(); ++k) {
      const EscalationStep& step = policy.steps[k];
      const std::string at = fmt::format("{}.steps[{}]", path, k);
      check.bounds(at + ".after_seconds", step.after_seconds, before, 7 * kDay);
      if (step.channels.empty()) check.problem(at + ".channels: must name at least one channel");
      before = step.after_seconds;
    }
  }
}

}  // namespace

AlertSettings::AlertSettings() {
  rule(AlertType::kResponseTime) = {.warning = 1.0, .critical = 2.0};
  rule(AlertType::kErrorRate) = {
      .warning = 0.05, .critical = 0.10, .window_seconds = 300, .minimum_calls = 20};
  rule(AlertType::kUsageSpike) = {
      .warning = 2.0, .critical = 3.0, .minimum_calls = 100, .resolve_after_seconds = 120};
  rule(AlertType::kUnauthorizedAccess) = {.critical = 5, .window_seconds = kHour};
  rule(AlertType::kRateLimitApproaching) = {.warning = 0.8, .critical = 1.0, .resolve_after_seconds = 120};
  rule(AlertType::kKeyAbuse) = {.warning = 5.0, .critical = 10.0, .window_seconds = kHour};
  rule(AlertType::kKeyExpiring) = {.warning = 7, .critical = 1, .resolve_after_seconds = 0};
  rule(AlertType::kRecordsDropped) = {.critical = 0, .window_seconds = 300};
  rule(AlertType::kDeliveryFailed) = {.warning = 0, .window_seconds = 300};
  rule(AlertType::kUpstreamDown) = {
      .warning = 0.5, .critical = 0.9, .window_seconds = 30, .minimum_calls = 5, .resolve_after_seconds = 30};
}

std::uint32_t alert_window_max(AlertType type) {
  switch (type) {
    case AlertType::kUnauthorizedAccess:
    case AlertType::kKeyAbuse:
      return kHour;
    default:
      return 300;
  }
}

Result<void> validate(const AlertSettings& settings) {
  Checker check;
  for (std::size_t i = 0; i < kAlertTypes; ++i)
    check_rule(check, static_cast<AlertType>(i), settings.rules[i]);
  check_special_rules(check, settings);
  check_overrides(check, settings);
  check_escalation(check, settings.escalation);
  return check.result();
}

std::string_view to_string(LatencyStatistic statistic) {
  return kStatistics[static_cast<std::size_t>(statistic)];
}

std::optional<LatencyStatistic> parse_latency_statistic(std::string_view name) {
  for (std::size_t i = 0; i < kStatistics.size(); ++i) {
    if (kStatistics[i] == name) return static_cast<LatencyStatistic>(i);
  }
  return std::nullopt;
}

}  // namespace weir
