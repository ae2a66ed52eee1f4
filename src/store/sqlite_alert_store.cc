#include "store/sqlite_alert_store.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::int64_t kEventsMax = 1000;
constexpr const char* kColumns =
    "id, type, severity, state, subject_kind, subject_id, subject_text, started_at, document";

UtcTime utc(std::int64_t micros_since_epoch) {
  return UtcTime(Micros(micros_since_epoch));
}

AlertRow read_alert(const SqliteStatement& row) {
  AlertRow alert;
  alert.id = AlertId(static_cast<std::uint32_t>(row.column_int(0)));
  alert.type = static_cast<AlertType>(
      std::clamp<std::int64_t>(row.column_int(1), 0, static_cast<std::int64_t>(kAlertTypes) - 1));
  alert.severity = static_cast<AlertSeverity>(std::clamp<std::int64_t>(row.column_int(2), 1, 2));
  alert.state = static_cast<AlertState>(std::clamp<std::int64_t>(row.column_int(3), 0, 2));
  alert.subject.kind = static_cast<SubjectKind>(std::clamp<std::int64_t>(row.column_int(4), 0, 4));
  alert.subject.id = static_cast<std::uint32_t>(row.column_int(5));
  alert.subject.text = row.column_text(6);
  alert.started_at = utc(row.column_int(7));
  alert.document = row.column_text(8);
  return alert;
}

Result<std::vector<AlertRow>> read_alerts(SqliteStatement& select) {
  std::vector<AlertRow> alerts;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return alerts;
    alerts.push_back(read_alert(select));
  }
}

}  // namespace

Result<std::unique_ptr<SqliteAlertStore>> SqliteAlertStore::open(const std::filesystem::path& path) {
  WEIR_TRY_ASSIGN(connection, SqliteConnection::open(path, SqliteAccess::kReadOnly));
  return std::unique_ptr<SqliteAlertStore>(new SqliteAlertStore(std::move(connection)));
}

Result<AlertKept> SqliteAlertStore::load() {
  const std::lock_guard lock(mutex_);
  AlertKept kept;
  WEIR_TRY_ASSIGN(state, connection_.prepare("SELECT document FROM alert_state"));
  WEIR_TRY_ASSIGN(has_state, state.step());
  if (has_state) kept.state = state.column_text(0);
  state.reset();
  WEIR_TRY_ASSIGN(checkpoint, connection_.prepare("SELECT at, bytes FROM alert_checkpoint"));
  WEIR_TRY_ASSIGN(has_checkpoint, checkpoint.step());
  if (has_checkpoint)
    kept.checkpoint = {.at = checkpoint.column_int(0), .bytes = std::string(checkpoint.column_blob(1))};
  checkpoint.reset();
  WEIR_TRY_ASSIGN(windows,
                  connection_.prepare("SELECT evaluation, second, bytes FROM alert_windows ORDER BY id"));
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, windows.step());
    if (!has_row) break;
    kept.windows.push_back({.evaluation = windows.column_int(0),
                            .second = windows.column_int(1),
                            .bytes = std::string(windows.column_blob(2))});
  }
  WEIR_TRY_ASSIGN(active,
                  connection_.prepare(fmt::format("SELECT {} FROM alerts WHERE state < 2", kColumns)));
  WEIR_TRY_ASSIGN(alerts, read_alerts(active));
  kept.active = std::move(alerts);
  return kept;
}

Result<std::vector<AlertRow>> SqliteAlertStore::list(const AlertFilter& filter) {
  std::string where = "1";
  const auto also = [&where](std::string condition) { where += " AND " + std::move(condition); };
  if (filter.type) also(fmt::format("type = {}", static_cast<int>(*filter.type)));
  if (filter.severity) also(fmt::format("severity = {}", static_cast<int>(*filter.severity)));
  if (filter.state) also(fmt::format("state = {}", static_cast<int>(*filter.state)));
  if (filter.active_only) also("state < 2");
  if (filter.subject) {
    also(fmt::format("subject_kind = {} AND subject_id = {} AND subject_text = ?1",
                     static_cast<int>(filter.subject->kind), filter.subject->id));
  }
  if (filter.from) also(fmt::format("started_at >= {}", filter.from->time_since_epoch().count()));
  if (filter.to) also(fmt::format("started_at < {}", filter.to->time_since_epoch().count()));
  if (filter.before) also(fmt::format("id < {}", filter.before.value()));
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select,
                  connection_.prepare(fmt::format("SELECT {} FROM alerts WHERE {} ORDER BY id DESC LIMIT {}",
                                                  kColumns, where, filter.limit)));
  if (filter.subject) select.bind_text(1, filter.subject->text);
  return read_alerts(select);
}

Result<AlertRow> SqliteAlertStore::get(AlertId id) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select, connection_.prepare(fmt::format("SELECT {} FROM alerts WHERE id = ?1", kColumns)));
  select.bind(1, id.value());
  WEIR_TRY_ASSIGN(alerts, read_alerts(select));
  if (alerts.empty()) return fail(ErrorCode::kNotFound, fmt::format("there is no alert {}", id.value()));
  return std::move(alerts[0]);
}

Result<std::vector<AlertEventRow>> SqliteAlertStore::events(AlertId id) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT at, kind, actor, text FROM alert_events "
                                              "WHERE alert_id = ?1 ORDER BY id DESC LIMIT ?2"));
  select.bind(1, id.value());
  select.bind(2, kEventsMax);
  std::vector<AlertEventRow> events;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) break;
    events.push_back({.alert = id,
                      .at = utc(select.column_int(0)),
                      .kind = std::string(select.column_text(1)),
                      .by = std::string(select.column_text(2)),
                      .text = std::string(select.column_text(3))});
  }
  std::reverse(events.begin(), events.end());
  return events;
}

Result<std::optional<std::string>> SqliteAlertStore::hour(std::int64_t hour) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT bytes FROM alert_hours WHERE hour = ?1"));
  select.bind(1, hour);
  WEIR_TRY_ASSIGN(has_row, select.step());
  if (!has_row) return std::optional<std::string>();
  return std::optional<std::string>(std::string(select.column_blob(0)));
}

Result<std::vector<AlertSettingsRow>> SqliteAlertStore::settings(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  WEIR_TRY_ASSIGN(select, connection_.prepare("SELECT version, at, actor, document, secrets "
                                              "FROM alert_settings ORDER BY version DESC LIMIT ?1"));
  select.bind(1, static_cast<std::int64_t>(limit));
  std::vector<AlertSettingsRow> rows;
  for (;;) {
    WEIR_TRY_ASSIGN(has_row, select.step());
    if (!has_row) return rows;
    rows.push_back({.version = static_cast<std::uint64_t>(select.column_int(0)),
                    .at = utc(select.column_int(1)),
                    .by = std::string(select.column_text(2)),
                    .document = std::string(select.column_text(3)),
                    .secrets = std::string(select.column_text(4))});
  }
}

}  // namespace weir
