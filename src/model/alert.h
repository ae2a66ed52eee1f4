// An alert: something about the traffic, or about weir itself, that a person should look at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/ids.h"

namespace weir {

/// Stored: values are never reused or renumbered.
enum class AlertType : std::uint8_t {
  kResponseTime = 0,
  kErrorRate = 1,
  kUsageSpike = 2,
  kUnauthorizedAccess = 3,
  kRateLimitApproaching = 4,
  kKeyAbuse = 5,
  kKeyExpiring = 6,
  kRecordsDropped = 7,
  kDeliveryFailed = 8,
  kUpstreamDown = 9,
};
inline constexpr std::size_t kAlertTypes = 10;

/// Stored; ordered: the greater is the graver.
enum class AlertSeverity : std::uint8_t { kWarning = 1, kCritical = 2 };

/// Stored.
enum class AlertState : std::uint8_t { kFiring = 0, kAcknowledged = 1, kResolved = 2 };

/// Stored: what an alert is about.
enum class SubjectKind : std::uint8_t {
  kOverall = 0,
  kEndpoint = 1,  // id: EndpointId
  kKey = 2,       // id: KeyId
  kSource = 3,    // text: an IPv4 address or an IPv6 /64
  kChannel = 4,   // text: name of a channel
};

/// `id` or `text` as the kind says; the other is empty.
struct AlertSubject {
  SubjectKind kind = SubjectKind::kOverall;
  std::uint32_t id = 0;
  std::string text;

  [[nodiscard]] static AlertSubject overall() { return {}; }
  [[nodiscard]] static AlertSubject endpoint(EndpointId id) {
    return {SubjectKind::kEndpoint, id.value(), {}};
  }
  [[nodiscard]] static AlertSubject key(KeyId id) { return {SubjectKind::kKey, id.value(), {}}; }
  [[nodiscard]] static AlertSubject source(std::string network) {
    return {SubjectKind::kSource, 0, std::move(network)};
  }
  [[nodiscard]] static AlertSubject channel(std::string name) {
    return {SubjectKind::kChannel, 0, std::move(name)};
  }
  friend auto operator<=>(const AlertSubject&, const AlertSubject&) = default;
};

/// What a value is compared with to tell a spike.
enum class BaselineKind : std::uint8_t {
  kNone = 0,
  kHourOfWeek = 1,   // median of the same hour of the week, over history
  kRecentHours = 2,  // exponentially weighted mean of the hours before: until there are two weeks of history
};

/// The numbers behind an alert, as last evaluated; units are the type's (unit_of).
struct AlertNumbers {
  std::string rule;         // which of the type's rules: "p95", "sources", a window's name, …
  double value = 0;         // finite
  double threshold = 0;     // of the severity it has
  double worst = 0;         // the value furthest beyond since it fired
  std::uint64_t calls = 0;  // the value is of so many
  std::uint32_t window_seconds = 0;
  BaselineKind baseline_kind = BaselineKind::kNone;
  double baseline = 0;         // calls a minute that are normal
  std::vector<double> series;  // one value each ten seconds, the newest last; at most kAlertSeriesMax

  friend bool operator==(const AlertNumbers&, const AlertNumbers&) = default;
};
inline constexpr std::size_t kAlertSeriesMax = 30;

struct Acknowledgement {
  std::string by;
  std::string comment;
  UtcTime at{};
  std::optional<UtcTime> until;  // then it fires again; none: until it is resolved

  friend bool operator==(const Acknowledgement&, const Acknowledgement&) = default;
};

struct AlertComment {
  std::string by;
  std::string text;
  UtcTime at{};

  friend bool operator==(const AlertComment&, const AlertComment&) = default;
};
inline constexpr std::size_t kAlertCommentsMax = 100;

struct Alert {
  AlertId id;
  AlertType type = AlertType::kResponseTime;
  AlertSeverity severity = AlertSeverity::kWarning;  // never falls while it lasts
  AlertState state = AlertState::kFiring;
  AlertSubject subject;
  AlertNumbers numbers;
  UtcTime started_at{};         // when it fired
  UtcTime last_seen{};          // when its condition last held
  std::uint64_t count = 1;      // evaluations at which it held, one each ten seconds
  std::uint32_t escalated = 0;  // steps of its escalation already taken
  bool silenced = false;        // by a silence, at the last evaluation
  bool false_positive = false;  // marked by a person
  std::optional<Acknowledgement> acknowledgement;
  std::optional<UtcTime> resolved_at;
  std::string resolved_by;  // a person; empty: by itself
  std::vector<AlertComment> comments;

  friend bool operator==(const Alert&, const Alert&) = default;
};

/// Mutes notifications of alerts that match all that is given; also a maintenance window planned ahead.
struct Silence {
  SilenceId id;
  std::vector<AlertType> types;           // empty: any
  std::optional<AlertSeverity> severity;  // none: any
  std::optional<AlertSubject> subject;    // none: any; a subject is also how a key or an endpoint is named
  UtcTime from{};
  UtcTime to{};  // exclusive
  std::string by;
  std::string comment;

  friend bool operator==(const Silence&, const Silence&) = default;
};

[[nodiscard]] std::string_view to_string(AlertType type);  // "response_time", …
[[nodiscard]] std::string_view to_string(AlertSeverity severity);
[[nodiscard]] std::string_view to_string(AlertState state);
[[nodiscard]] std::string_view to_string(SubjectKind kind);
[[nodiscard]] std::string_view to_string(BaselineKind kind);  // "none", "hour_of_week", "recent_hours"
[[nodiscard]] std::optional<AlertType> parse_alert_type(std::string_view name);
[[nodiscard]] std::optional<AlertSeverity> parse_alert_severity(std::string_view name);
[[nodiscard]] std::optional<AlertState> parse_alert_state(std::string_view name);
[[nodiscard]] std::optional<SubjectKind> parse_subject_kind(std::string_view name);
[[nodiscard]] std::optional<BaselineKind> parse_baseline_kind(std::string_view name);

/// Of a type's values and thresholds: "s", "ratio", "times", "calls", "days", …
[[nodiscard]] std::string_view unit_of(AlertType type);

}  // namespace weir
