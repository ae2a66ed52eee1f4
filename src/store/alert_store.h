// Alerts as they are kept: the alerts themselves, what happened to each, and what the machine behind them
// needs to go on after a crash. All of it is written in the pipeline's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/alert.h"
#include "model/audit_entry.h"
#include "model/notification.h"

namespace weir {

/// One alert; `document` is JSON whose shape its owner knows (alerts/alert_json.h).
struct AlertRow {
  AlertId id;
  AlertType type = AlertType::kResponseTime;
  AlertSeverity severity = AlertSeverity::kWarning;
  AlertState state = AlertState::kFiring;
  AlertSubject subject;
  UtcTime started_at{};
  std::string document;

  friend bool operator==(const AlertRow&, const AlertRow&) = default;
};

/// One thing that happened to an alert.
struct AlertEventRow {
  AlertId alert;
  UtcTime at{};
  std::string kind;
  std::string by;    // empty: weir
  std::string text;  // a comment

  friend bool operator==(const AlertEventRow&, const AlertEventRow&) = default;
};

/// A part of the windows (alerts/alert_engine.h: KeptDelta).
struct AlertWindowRow {
  std::int64_t evaluation = 0;
  std::int64_t second = 0;
  std::string bytes;
};

struct AlertHourRow {
  std::int64_t hour = 0;
  std::string bytes;
};

/// One version of the settings: a JSON document, without its secrets.
struct AlertSettingsRow {
  std::uint64_t version = 0;  // given by the store
  UtcTime at{};
  std::string by;
  std::string document;   // empty: from this version on the configuration's are in force
  std::string secrets{};  // JSON; never shown. Forgotten with the next version.
};

struct AlertCheckpoint {
  std::int64_t at = 0;
  std::string bytes;
};

inline constexpr std::size_t kAlertsPruned = 1000;

/// What one commit of the pipeline changes.
struct AlertCommit {
  std::vector<AlertRow> alerts;  // new or changed, by id
  /// Resolved alerts that began before this are deleted with their events, at most kAlertsPruned; none: none.
  std::optional<UtcTime> alerts_before;
  std::vector<AlertEventRow> events;
  std::vector<OutboxEvent> outbox;
  std::vector<AlertWindowRow> windows;
  std::int64_t windows_before = 0;  // windows of seconds and evaluations before this are deleted; 0: none
  std::vector<AlertHourRow> hours;
  std::int64_t hours_before = 0;  // hours before this are deleted; 0: none
  std::optional<AlertCheckpoint> checkpoint;
  std::optional<std::string> state;  // JSON, replaced
  std::optional<AlertSettingsRow> settings;
  std::vector<AuditEntry> audit;  // of the changes people made; ids are the table's
};

/// What is needed to go on.
struct AlertKept {
  std::string state;  // empty: nothing was ever kept
  AlertCheckpoint checkpoint;
  std::vector<AlertWindowRow> windows;
  std::vector<AlertRow> active;  // not resolved
};

/// Newest first.
struct AlertFilter {
  std::optional<AlertType> type{};
  std::optional<AlertSeverity> severity{};
  std::optional<AlertState> state{};
  bool active_only = false;  // not resolved
  std::optional<AlertSubject> subject{};
  std::optional<UtcTime> from{};  // started at or after
  std::optional<UtcTime> to{};    // started before
  AlertId before{};               // page: ids below this; 0: from the newest
  std::size_t limit = 100;
};

/// Blocking calls; any thread.
class AlertStore {
 public:
  virtual ~AlertStore() = default;
  [[nodiscard]] virtual Result<AlertKept> load() = 0;
  [[nodiscard]] virtual Result<std::vector<AlertRow>> list(const AlertFilter& filter) = 0;
  [[nodiscard]] virtual Result<AlertRow> get(AlertId id) = 0;  // kNotFound
  /// Of one alert, oldest first; the newest 1,000.
  [[nodiscard]] virtual Result<std::vector<AlertEventRow>> events(AlertId id) = 0;
  [[nodiscard]] virtual Result<std::optional<std::string>> hour(std::int64_t hour) = 0;
  /// Newest first, at most `limit`.
  [[nodiscard]] virtual Result<std::vector<AlertSettingsRow>> settings(std::size_t limit) = 0;
};

}  // namespace weir
