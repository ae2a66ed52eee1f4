#include "alerts/rule_book.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

bool exceeds(AlertType type, double value, double threshold) {
  if (type == AlertType::kRateLimitApproaching) return value >= threshold;
  if (type == AlertType::kKeyExpiring) return value <= threshold;
  return value > threshold;
}

}  // namespace

RuleBook::RuleBook(const AlertSettings& settings, std::string environment, const AlertDirectory& directory)
    : settings_(settings), environment_(std::move(environment)), directory_(directory) {
  for (const AlertOverride& exception : settings_.overrides) has_overrides_[index_of(exception.type)] = true;
  for (std::size_t type = 0; type < kAlertTypes; ++type)
    floors_[type] = floor_of(static_cast<AlertType>(type));
}

RuleBook::Floor RuleBook::floor_of(AlertType type) const {
  Floor floor;
  const auto lower = [&floor](const std::optional<double>& threshold) {
    if (threshold) floor.clear_up_to = std::min(floor.clear_up_to, *threshold * kHoldShare);
  };
  const AlertRule& rule = settings_.rule(type);
  lower(rule.warning);
  lower(rule.critical);
  floor.calls = rule.minimum_calls;
  for (const AlertOverride& exception : settings_.overrides) {
    if (exception.type != type) continue;
    lower(exception.warning);
    lower(exception.critical);
    if (exception.minimum_calls) floor.calls = std::min(floor.calls, *exception.minimum_calls);
  }
  return floor;
}

bool RuleBook::matches(const AlertOverride& exception, const AlertSubject& subject) const {
  if (!exception.environment.empty() && exception.environment != environment_) return false;
  if (exception.key && (subject.kind != SubjectKind::kKey || subject.id != exception.key->value()))
    return false;
  if (!exception.plan.empty() && (subject.kind != SubjectKind::kKey || !directory_.plan ||
                                  directory_.plan(KeyId(subject.id)) != exception.plan))
    return false;
  return exception.endpoint.empty() ||
         (subject.kind == SubjectKind::kEndpoint && directory_.endpoint &&
          matches_endpoint(exception.endpoint, directory_.endpoint(EndpointId(subject.id))));
}

AlertRule RuleBook::rule_for(AlertType type, const AlertSubject& subject) const {
  AlertRule rule = settings_.rule(type);
  if (!has_overrides_[index_of(type)]) return rule;
  for (const AlertOverride& exception : settings_.overrides) {
    if (exception.type != type || !matches(exception, subject)) continue;
    if (exception.enabled) rule.enabled = *exception.enabled;
    if (exception.warning) rule.warning = exception.warning;
    if (exception.critical) rule.critical = exception.critical;
    if (exception.minimum_calls) rule.minimum_calls = *exception.minimum_calls;
  }
  return rule;
}

JudgedValue judge(AlertType type, const AlertRule& rule, double value) {
  if (rule.critical && exceeds(type, value, *rule.critical)) return {AlertLevel::kCritical, *rule.critical};
  if (rule.warning && exceeds(type, value, *rule.warning)) return {AlertLevel::kWarning, *rule.warning};
  const std::optional<double>& lowest = rule.warning ? rule.warning : rule.critical;
  if (!lowest) return {};
  const bool held = type != AlertType::kKeyExpiring && exceeds(type, value, *lowest * kHoldShare);
  return {held ? AlertLevel::kHold : AlertLevel::kClear, *lowest};
}

bool matches_endpoint(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with("/*")) return pattern == name;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace weir
