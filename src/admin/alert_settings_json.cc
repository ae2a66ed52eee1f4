#include "admin/alert_settings_json.h"

#include <charconv>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "admin/json_document.h"
#include "admin/notify_settings_json.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kSecondsReadMax = 1'000'000;  // more than validate allows: its sentence is the answer
constexpr std::uint64_t kCountReadMax = 1'000'000'000;
constexpr double kNumberReadMax = 1e15;
constexpr TextRule kName{.min = 1, .max = 100};

template <class Number>
json::value or_null(const std::optional<Number>& value) {
  if (!value) return nullptr;
  return json::value(*value);
}

json::array texts(const std::vector<std::string>& values) {
  return json::array(values.begin(), values.end());
}

json::array status_texts(const std::vector<StatusRange>& ranges) {
  json::array out;
  for (const StatusRange& range : ranges) {
    if (range.first % 100 == 0 && range.last == range.first + 99)
      out.emplace_back(fmt::format("{}xx", range.first / 100));
    else if (range.first == range.last)
      out.emplace_back(fmt::format("{}", range.first));
    else
      out.emplace_back(fmt::format("{}-{}", range.first, range.last));
  }
  return out;
}

std::optional<std::uint16_t> status_number(std::string_view text) {
  std::uint16_t status = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  if (text.size() != 3 || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return status;
}

std::optional<StatusRange> read_status(std::string_view text) {
  if (text.size() == 3 && text.substr(1) == "xx" && text[0] >= '1' && text[0] <= '5') {
    const auto first = static_cast<std::uint16_t>((text[0] - '0') * 100);
    return StatusRange{first, static_cast<std::uint16_t>(first + 99)};
  }
  const auto dash = text.find('-');
  const auto first = status_number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : status_number(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  return StatusRange{*first, *last};
}

json::object rule_json(const AlertRule& rule) {
  return {{"enabled", rule.enabled},
          {"warning", or_null(rule.warning)},
          {"critical", or_null(rule.critical)},
          {"window_seconds", rule.window_seconds},
          {"minimum_calls", rule.minimum_calls},
          {"for_seconds", rule.for_seconds},
          {"resolve_after_seconds", rule.resolve_after_seconds}};
}

/// A threshold; null takes it away.
void read_threshold(ObjectReader& reader, std::string_view name, std::optional<double>& threshold) {
  if (reader.is_null(name))
    threshold.reset();
  else if (const auto value = reader.number(name, 0, kNumberReadMax))
    threshold = *value;
}

void read_count(ObjectReader& reader, std::string_view name, std::uint64_t max, std::uint32_t& out) {
  if (const auto value = reader.integer(name, 0, max)) out = static_cast<std::uint32_t>(*value);
}

/// Texts like 5xx, or numbers.
void read_error_statuses(ObjectReader& reader, AlertSettings& settings) {
  const auto* values = reader.list("statuses", 20);
  if (values == nullptr) return;
  settings.error_statuses.clear();
  for (const json::value& value : *values) {
    const std::string text =
        value.is_string() ? std::string(value.get_string()) : std::string(json::serialize(value));
    if (const auto range = read_status(text))
      settings.error_statuses.push_back(*range);
    else
      reader.problem("statuses",
                     fmt::format("must be like 5xx, 503 or 500-504, but is '{}'", text.substr(0, 64)));
  }
}

/// What only this type has.
void read_special(ObjectReader& reader, AlertType type, AlertSettings& settings) {
  if (type == AlertType::kResponseTime) {
    if (const auto name = reader.text("statistic", kName)) {
      if (const auto statistic = parse_latency_statistic(*name))
        settings.statistic = *statistic;
      else
        reader.problem("statistic",
                       fmt::format("must be p50, p90, p95, p99, max or mean, but is '{}'", *name));
    }
  } else if (type == AlertType::kErrorRate) {
    read_error_statuses(reader, settings);
  } else if (type == AlertType::kUsageSpike) {
    auto& rule = settings.usage_spike;
    read_count(reader, "consecutive_windows", kCountReadMax, rule.consecutive_windows);
    read_count(reader, "minimum_history_hours", kCountReadMax, rule.minimum_history_hours);
    read_count(reader, "history_weeks", kCountReadMax, rule.history_weeks);
    read_count(reader, "half_life_hours", kCountReadMax, rule.half_life_hours);
  } else if (type == AlertType::kRateLimitApproaching) {
    read_count(reader, "short_window_seconds", kSecondsReadMax, settings.limit_use.short_window_seconds);
    read_count(reader, "repeats", kCountReadMax, settings.limit_use.repeats);
  } else if (type == AlertType::kKeyAbuse) {
    auto& rule = settings.key_abuse;
    read_count(reader, "minimum_sources", kCountReadMax, rule.minimum_sources);
    read_count(reader, "unknown_paths", kCountReadMax, rule.unknown_paths);
    if (const auto share = reader.number("refused_share", 0, kNumberReadMax)) rule.refused_share = *share;
    read_count(reader, "refused_minimum_calls", kCountReadMax, rule.refused_minimum_calls);
    read_count(reader, "refused_for_seconds", kSecondsReadMax, rule.refused_for_seconds);
    read_count(reader, "dead_key_calls", kCountReadMax, rule.dead_key_calls);
  }
}

void read_rule(ObjectReader& reader, AlertType type, AlertSettings& settings) {
  AlertRule& rule = settings.rule(type);
  rule.enabled = reader.flag("enabled").value_or(rule.enabled);
  read_threshold(reader, "warning", rule.warning);
  read_threshold(reader, "critical", rule.critical);
  read_count(reader, "window_seconds", kSecondsReadMax, rule.window_seconds);
  read_count(reader, "minimum_calls", kCountReadMax, rule.minimum_calls);
  read_count(reader, "for_seconds", kSecondsReadMax, rule.for_seconds);
  read_count(reader, "resolve_after_seconds", kSecondsReadMax, rule.resolve_after_seconds);
  read_special(reader, type, settings);
  reader.finish();
}

std::optional<AlertType> read_type(ObjectReader& reader) {
  const auto name = reader.text("type", kName);
  if (!name) return std::nullopt;
  const auto type = parse_alert_type(*name);
  if (!type) reader.problem("type", fmt::format("is no type of alert: '{}'", *name));
  return type;
}

AlertOverride read_override(ObjectReader& reader) {
  AlertOverride item;
  reader.require("type");
  if (const auto type = read_type(reader)) item.type = *type;
  item.environment = reader.text("environment", kName).value_or("");
  item.endpoint = reader.text("endpoint", {.min = 1, .max = 1000}).value_or("");
  if (const auto key = reader.integer("key_id", 1, 0xFFFF'FFFF))
    item.key = KeyId(static_cast<std::uint32_t>(*key));
  item.plan = reader.text("plan", kName).value_or("");
  item.enabled = reader.flag("enabled");
  item.warning = reader.number("warning", 0, kNumberReadMax);
  item.critical = reader.number("critical", 0, kNumberReadMax);
  if (const auto calls = reader.integer("minimum_calls", 0, kCountReadMax))
    item.minimum_calls = static_cast<std::uint32_t>(*calls);
  reader.finish();
  return item;
}

EscalationStep read_step(ObjectReader& reader) {
  EscalationStep step;
  read_count(reader, "after_seconds", kSecondsReadMax, step.after_seconds);
  step.channels = reader.texts("channels", 20, kName).value_or(std::vector<std::string>());
  step.recipients =
      reader.texts("recipients", 100, {.min = 3, .max = 320}).value_or(std::vector<std::string>());
  reader.finish();
  return step;
}

/// Reads every object of a list.
template <class Item, class Read>
void read_items(ObjectReader& reader, std::string_view name, std::size_t max, std::vector<Item>& items,
                Read read) {
  const auto* list = reader.list(name, max);
  if (list == nullptr) return;
  items.clear();
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader item((*list)[i], reader.problems(), fmt::format("{}[{}]", reader.path_of(name), i));
    items.push_back(read(item));
  }
}

EscalationPolicy read_policy(ObjectReader& reader) {
  EscalationPolicy policy;
  policy.name = reader.text("name", kName).value_or("");
  for (const auto& name : reader.texts("types", kAlertTypes, kName).value_or(std::vector<std::string>())) {
    if (const auto type = parse_alert_type(name))
      policy.types.push_back(*type);
    else
      reader.problem("types", fmt::format("'{}' is no type of alert", name));
  }
  if (const auto name = reader.text("severity", kName)) {
    if (const auto severity = parse_alert_severity(*name))
      policy.severity = *severity;
    else
      reader.problem("severity", fmt::format("must be warning or critical, but is '{}'", *name));
  }
  read_items(reader, "steps", kEscalationStepsMax, policy.steps, read_step);
  reader.finish();
  return policy;
}

json::object override_json(const AlertOverride& item) {
  json::object out{{"type", to_string(item.type)}};
  if (!item.environment.empty()) out["environment"] = item.environment;
  if (!item.endpoint.empty()) out["endpoint"] = item.endpoint;
  if (item.key) out["key_id"] = item.key->value();
  if (!item.plan.empty()) out["plan"] = item.plan;
  if (item.enabled) out["enabled"] = *item.enabled;
  if (item.warning) out["warning"] = *item.warning;
  if (item.critical) out["critical"] = *item.critical;
  if (item.minimum_calls) out["minimum_calls"] = *item.minimum_calls;
  return out;
}

json::object policy_json(const EscalationPolicy& policy) {
  json::array types;
  for (const AlertType type : policy.types) types.emplace_back(to_string(type));
  json::array steps;
  for (const EscalationStep& step : policy.steps) {
    steps.push_back({{"after_seconds", step.after_seconds},
                     {"channels", texts(step.channels)},
                     {"recipients", texts(step.recipients)}});
  }
  return {{"name", policy.name},
          {"types", std::move(types)},
          {"severity", to_string(policy.severity)},
          {"steps", std::move(steps)}};
}

/// What only these types have.
void add_special_fields(const AlertSettings& settings, json::object& spike, json::object& limit_use,
                        json::object& abuse) {
  spike["consecutive_windows"] = settings.usage_spike.consecutive_windows;
  spike["minimum_history_hours"] = settings.usage_spike.minimum_history_hours;
  spike["history_weeks"] = settings.usage_spike.history_weeks;
  spike["half_life_hours"] = settings.usage_spike.half_life_hours;
  limit_use["short_window_seconds"] = settings.limit_use.short_window_seconds;
  limit_use["repeats"] = settings.limit_use.repeats;
  abuse["minimum_sources"] = settings.key_abuse.minimum_sources;
  abuse["unknown_paths"] = settings.key_abuse.unknown_paths;
  abuse["refused_share"] = settings.key_abuse.refused_share;
  abuse["refused_minimum_calls"] = settings.key_abuse.refused_minimum_calls;
  abuse["refused_for_seconds"] = settings.key_abuse.refused_for_seconds;
  abuse["dead_key_calls"] = settings.key_abuse.dead_key_calls;
}

}  // namespace

json::object to_json(const AlertSettings& settings) {
  json::object thresholds;
  for (std::size_t i = 0; i < kAlertTypes; ++i)
    thresholds[to_string(static_cast<AlertType>(i))] = rule_json(settings.rules[i]);
  const auto of = [&thresholds](AlertType type) -> json::object& {
    return thresholds[to_string(type)].get_object();
  };
  of(AlertType::kResponseTime)["statistic"] = to_string(settings.statistic);
  of(AlertType::kErrorRate)["statuses"] = status_texts(settings.error_statuses);
  add_special_fields(settings, of(AlertType::kUsageSpike), of(AlertType::kRateLimitApproaching),
                     of(AlertType::kKeyAbuse));
  json::array overrides;
  for (const AlertOverride& item : settings.overrides) overrides.push_back(override_json(item));
  json::array escalation;
  for (const EscalationPolicy& policy : settings.escalation) escalation.push_back(policy_json(policy));
  json::object out;
  out["thresholds"] = std::move(thresholds);
  out["overrides"] = std::move(overrides);
  out["escalation"] = std::move(escalation);
  return out;
}

AlertSettings read_alert_settings(ObjectReader& reader) {
  AlertSettings settings;
  if (auto thresholds = reader.object("thresholds")) {
    for (std::size_t i = 0; i < kAlertTypes; ++i) {
      const auto type = static_cast<AlertType>(i);
      if (auto rule = thresholds->object(to_string(type))) read_rule(*rule, type, settings);
    }
    thresholds->finish();
  }
  read_items(reader, "overrides", kAlertOverridesMax, settings.overrides, read_override);
  read_items(reader, "escalation", kEscalationPoliciesMax, settings.escalation, read_policy);
  return settings;
}

AlertSettings read_alert_settings_over(ObjectReader& reader, const AlertSettings& held) {
  AlertSettings settings = read_alert_settings(reader);
  if (!reader.has("thresholds")) {
    AlertSettings kept = held;
    kept.overrides = std::move(settings.overrides);
    kept.escalation = std::move(settings.escalation);
    settings = std::move(kept);
  }
  if (!reader.has("overrides")) settings.overrides = held.overrides;
  if (!reader.has("escalation")) settings.escalation = held.escalation;
  return settings;
}

Result<AlertSettings> parse_alert_settings(std::string_view text) {
  WEIR_TRY_ASSIGN(value, parse_json_document(text));
  if (auto* fields = value.if_object()) {
    for (const std::string_view others : kNotifySections) fields->erase(others);
  }
  FieldProblems problems;
  ObjectReader reader(value, problems);
  auto settings = read_alert_settings(reader);
  reader.finish();
  WEIR_TRY(problems.result());
  WEIR_TRY(validate(settings));
  return settings;
}

}  // namespace weir
