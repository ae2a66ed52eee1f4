#include "store/sqlite_alert_commit.h"

#include "store/sqlite_outbox_events.h"

namespace weir {
namespace {

std::int64_t micros(UtcTime time) {
  return time.time_since_epoch().count();
}

Result<void> put_alerts(SqliteConnection& connection, const std::vector<AlertRow>& alerts) {
  if (alerts.empty()) return {};
  WEIR_TRY_ASSIGN(put, connection.prepare("INSERT INTO alerts VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
                                          "ON CONFLICT(id) DO UPDATE SET severity = excluded.severity, "
                                          "state = excluded.state, document = excluded.document"));
  for (const AlertRow& row : alerts) {
    put.bind(1, row.id.value());
    put.bind(2, static_cast<std::int64_t>(row.type));
    put.bind(3, static_cast<std::int64_t>(row.severity));
    put.bind(4, static_cast<std::int64_t>(row.state));
    put.bind(5, static_cast<std::int64_t>(row.subject.kind));
    put.bind(6, row.subject.id);
    put.bind_text(7, row.subject.text);
    put.bind(8, micros(row.started_at));
    put.bind_text(9, row.document);
    WEIR_TRY(put.run());
  }
  return {};
}

Result<void> prune_alerts(SqliteConnection& connection, UtcTime before) {
  // The index is by time; an alert that is not resolved is passed over.
  constexpr const char* kOld =
      "(SELECT id FROM alerts WHERE started_at < ?1 AND state = 2 ORDER BY started_at LIMIT ?2)";
  for (const char* what :
       {"DELETE FROM alert_events WHERE alert_id IN ", "DELETE FROM alerts WHERE id IN "}) {
    WEIR_TRY_ASSIGN(forget, connection.prepare(std::string(what) + kOld));
    forget.bind(1, micros(before));
    forget.bind(2, static_cast<std::int64_t>(kAlertsPruned));
    WEIR_TRY(forget.run());
  }
  return {};
}

Result<void> add_events(SqliteConnection& connection, const std::vector<AlertEventRow>& events) {
  if (events.empty()) return {};
  WEIR_TRY_ASSIGN(add, connection.prepare("INSERT INTO alert_events(alert_id, at, kind, actor, text) "
                                          "VALUES(?1, ?2, ?3, ?4, ?5)"));
  for (const AlertEventRow& row : events) {
    add.bind(1, row.alert.value());
    add.bind(2, micros(row.at));
    add.bind_text(3, row.kind);
    add.bind_text(4, row.by);
    add.bind_text(5, row.text);
    WEIR_TRY(add.run());
  }
  return {};
}

Result<void> add_audit_entries(SqliteConnection& connection, const std::vector<AuditEntry>& entries) {
  if (entries.empty()) return {};
  WEIR_TRY_ASSIGN(
      add, connection.prepare("INSERT INTO audit_log(at, token_id, actor, role, via, source, request_id, "
                              "action, subject_type, subject_id, before_json, after_json) "
                              "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"));
  for (const AuditEntry& entry : entries) {
    const std::string source = entry.actor.source.to_string();
    add.bind(1, micros(entry.at));
    add.bind(2, entry.actor.token.value());
    add.bind_text(3, entry.actor.name);
    add.bind_text(4, to_string(entry.actor.role));
    add.bind_text(5, to_string(entry.actor.via));
    add.bind_text(6, source);
    add.bind_text(7, entry.actor.request_id);
    add.bind_text(8, entry.change.action);
    add.bind_text(9, entry.change.subject_type);
    add.bind_text(10, entry.change.subject_id);
    add.bind_text(11, entry.change.before);
    add.bind_text(12, entry.change.after);
    WEIR_TRY(add.run());
  }
  return {};
}

Result<void> put_windows(SqliteConnection& connection, const AlertCommit& commit) {
  if (!commit.windows.empty()) {
    WEIR_TRY_ASSIGN(add, connection.prepare("INSERT INTO alert_windows(evaluation, second, bytes) "
                                            "VALUES(?1, ?2, ?3)"));
    for (const AlertWindowRow& row : commit.windows) {
      add.bind(1, row.evaluation);
      add.bind(2, row.second);
      add.bind_blob(3, row.bytes);
      WEIR_TRY(add.run());
    }
  }
  if (commit.windows_before == 0) return {};
  WEIR_TRY_ASSIGN(forget,
                  connection.prepare("DELETE FROM alert_windows WHERE second < ?1 AND evaluation < ?1"));
  forget.bind(1, commit.windows_before);
  return forget.run();
}

Result<void> put_hours(SqliteConnection& connection, const AlertCommit& commit) {
  if (!commit.hours.empty()) {
    WEIR_TRY_ASSIGN(put, connection.prepare("INSERT OR REPLACE INTO alert_hours VALUES(?1, ?2)"));
    for (const AlertHourRow& row : commit.hours) {
      put.bind(1, row.hour);
      put.bind_blob(2, row.bytes);
      WEIR_TRY(put.run());
    }
  }
  if (commit.hours_before == 0) return {};
  WEIR_TRY_ASSIGN(forget, connection.prepare("DELETE FROM alert_hours WHERE hour < ?1"));
  forget.bind(1, commit.hours_before);
  return forget.run();
}

Result<void> put_state(SqliteConnection& connection, const AlertCommit& commit) {
  if (commit.checkpoint) {
    WEIR_TRY_ASSIGN(put, connection.prepare("INSERT OR REPLACE INTO alert_checkpoint VALUES(1, ?1, ?2)"));
    put.bind(1, commit.checkpoint->at);
    put.bind_blob(2, commit.checkpoint->bytes);
    WEIR_TRY(put.run());
  }
  if (commit.state) {
    WEIR_TRY_ASSIGN(put, connection.prepare("INSERT OR REPLACE INTO alert_state VALUES(1, ?1)"));
    put.bind_text(1, *commit.state);
    WEIR_TRY(put.run());
  }
  if (!commit.settings) return {};
  WEIR_TRY_ASSIGN(forget, connection.prepare("UPDATE alert_settings SET secrets = '' WHERE secrets <> ''"));
  WEIR_TRY(forget.run());
  WEIR_TRY_ASSIGN(add, connection.prepare("INSERT INTO alert_settings(at, actor, document, secrets) "
                                          "VALUES(?1, ?2, ?3, ?4)"));
  add.bind(1, micros(commit.settings->at));
  add.bind_text(2, commit.settings->by);
  add.bind_text(3, commit.settings->document);
  add.bind_text(4, commit.settings->secrets);
  return add.run();
}

}  // namespace

Result<void> commit_alerts(SqliteConnection& connection, const AlertCommit& commit) {
  WEIR_TRY(put_alerts(connection, commit.alerts));
  if (commit.alerts_before) WEIR_TRY(prune_alerts(connection, *commit.alerts_before));
  WEIR_TRY(add_events(connection, commit.events));
  WEIR_TRY(append_outbox_events(connection, commit.outbox));
  WEIR_TRY(add_audit_entries(connection, commit.audit));
  WEIR_TRY(put_windows(connection, commit));
  WEIR_TRY(put_hours(connection, commit));
  return put_state(connection, commit);
}

}  // namespace weir
