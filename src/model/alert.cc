#include "model/alert.h"

#include <array>

namespace weir {
namespace {

constexpr std::array<std::string_view, kAlertTypes> kTypes = {
    "response_time", "error_rate",   "usage_spike",     "unauthorized_access", "rate_limit_approaching",
    "key_abuse",     "key_expiring", "records_dropped", "delivery_failed",     "upstream_down"};
constexpr std::array<std::string_view, kAlertTypes> kUnits = {
    "s", "ratio", "times", "calls", "ratio", "times", "days", "records", "deliveries", "ratio"};
constexpr std::array<std::string_view, 3> kSeverities = {"none", "warning", "critical"};
constexpr std::array<std::string_view, 3> kStates = {"firing", "acknowledged", "resolved"};
constexpr std::array<std::string_view, 5> kSubjects = {"overall", "endpoint", "key", "source", "channel"};
constexpr std::array<std::string_view, 3> kBaselines = {"none", "hour_of_week", "recent_hours"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name,
                         std::size_t first = 0) {
  for (std::size_t i = first; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(AlertType type) {
  return kTypes[static_cast<std::size_t>(type)];
}
std::string_view to_string(AlertSeverity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}
std::string_view to_string(AlertState state) {
  return kStates[static_cast<std::size_t>(state)];
}
std::string_view to_string(SubjectKind kind) {
  return kSubjects[static_cast<std::size_t>(kind)];
}
std::string_view to_string(BaselineKind kind) {
  return kBaselines[static_cast<std::size_t>(kind)];
}

std::optional<AlertType> parse_alert_type(std::string_view name) {
  return find<AlertType>(kTypes, name);
}
std::optional<AlertSeverity> parse_alert_severity(std::string_view name) {
  return find<AlertSeverity>(kSeverities, name, 1);
}
std::optional<AlertState> parse_alert_state(std::string_view name) {
  return find<AlertState>(kStates, name);
}
std::optional<SubjectKind> parse_subject_kind(std::string_view name) {
  return find<SubjectKind>(kSubjects, name);
}
std::optional<BaselineKind> parse_baseline_kind(std::string_view name) {
  return find<BaselineKind>(kBaselines, name);
}

std::string_view unit_of(AlertType type) {
  return kUnits[static_cast<std::size_t>(type)];
}

}  // namespace weir
