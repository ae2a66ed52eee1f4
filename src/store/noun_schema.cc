#include "store/noun_schema.h"

namespace weir {
namespace {

// Times are microseconds since 1970 UTC. AUTOINCREMENT: an id is never used twice, not even a deleted key's.
// Digests are hexadecimal; key_secrets has the current and the retired ones, so that no secret opens two
// keys. What the pipeline counts is apart from the keys: its commits touch few and small rows.
constexpr const char* kMigrations[] = {
    "CREATE TABLE users("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  name TEXT NOT NULL UNIQUE, email TEXT NOT NULL, is_active INTEGER NOT NULL,"
    "  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);"
    "CREATE TABLE api_keys("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  user_id INTEGER NOT NULL REFERENCES users(id),"
    "  name TEXT NOT NULL, description TEXT NOT NULL, display TEXT NOT NULL, digest TEXT NOT NULL,"
    "  retired_digest TEXT NOT NULL, retired_ends_at INTEGER NOT NULL, retired_ends_on_use INTEGER NOT NULL,"
    "  is_active INTEGER NOT NULL, has_expiry INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
    "  plan TEXT NOT NULL, limits TEXT NOT NULL, allowed_routes TEXT NOT NULL, allowed_networks TEXT NOT "
    "NULL,"
    "  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);"
    "CREATE INDEX api_keys_by_user ON api_keys(user_id, id);"
    "CREATE TABLE key_secrets(digest TEXT PRIMARY KEY, key_id INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE key_usage("
    "  key_id INTEGER PRIMARY KEY, calls INTEGER NOT NULL, last_used INTEGER NOT NULL);"
    "CREATE TABLE settings(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE journal_positions(journal INTEGER PRIMARY KEY, position INTEGER NOT NULL);",
    // The outbox: events and messages are JSON. state: 0 pending, 1 delivered, 2 dead.
    "CREATE TABLE outbox_events(id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);"
    "CREATE TABLE notify_groups("
    "  name TEXT PRIMARY KEY, told_through INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE deliveries("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  channel TEXT NOT NULL, type TEXT NOT NULL, state INTEGER NOT NULL, tries INTEGER NOT NULL,"
    "  next_attempt_at INTEGER NOT NULL, created_at INTEGER NOT NULL, ended_at INTEGER, message TEXT NOT "
    "NULL);"
    "CREATE INDEX deliveries_due ON deliveries(channel, next_attempt_at) WHERE state = 0;"
    "CREATE INDEX deliveries_by_time ON deliveries(next_attempt_at) WHERE state = 0;"
    "CREATE INDEX deliveries_ended ON deliveries(ended_at) WHERE ended_at IS NOT NULL;"
    "CREATE INDEX deliveries_by_channel ON deliveries(channel, id);"
    "CREATE TABLE delivery_attempts("
    "  delivery_id INTEGER NOT NULL REFERENCES deliveries(id) ON DELETE CASCADE,"
    "  at INTEGER NOT NULL, took INTEGER NOT NULL, delivered INTEGER NOT NULL, status_code INTEGER NOT NULL,"
    "  detail TEXT NOT NULL);"
    "CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts(delivery_id);"
    "CREATE TABLE disabled_channels("
    "  name TEXT PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;",
    // Names of endpoints are as many as the table in memory allows; a settled one was there when positions
    // were last committed.
    "CREATE TABLE endpoints("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    "  is_detected INTEGER NOT NULL, is_settled INTEGER NOT NULL) STRICT;",
    // A digest is found in memory: no index. The audit log is read by any of four columns, newest first.
    "CREATE TABLE admin_tokens("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,"
    "  display TEXT NOT NULL, digest TEXT NOT NULL, expires_at INTEGER NOT NULL, created_by TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL, last_used INTEGER NOT NULL);"
    "CREATE TABLE audit_log("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, token_id INTEGER NOT NULL,"
    "  actor TEXT NOT NULL, role TEXT NOT NULL, via TEXT NOT NULL, source TEXT NOT NULL,"
    "  request_id TEXT NOT NULL, action TEXT NOT NULL, subject_type TEXT NOT NULL, subject_id TEXT NOT NULL,"
    "  before_json TEXT NOT NULL, after_json TEXT NOT NULL);"
    "CREATE INDEX audit_log_by_time ON audit_log(at);"
    "CREATE INDEX audit_log_by_actor ON audit_log(actor);"
    "CREATE INDEX audit_log_by_action ON audit_log(action);"
    "CREATE INDEX audit_log_by_subject ON audit_log(subject_type, subject_id);",
    // Roll-ups: a part's id is its block's, shifted, and its place in the block (rollup_directory.h). state:
    // 0 building, 1 open, 2 folded, 3 gone (sqlite_rollup_writer.h). Periods are minutes since 1970 UTC.
    "CREATE TABLE rollup_blocks("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  state INTEGER NOT NULL, tier INTEGER NOT NULL, period INTEGER NOT NULL, rows INTEGER NOT NULL,"
    "  written_at INTEGER NOT NULL, directory BLOB NOT NULL);"
    "CREATE INDEX rollup_blocks_by_period ON rollup_blocks(tier, period, state);"
    "CREATE INDEX rollup_blocks_open ON rollup_blocks(tier, period) WHERE state = 1;"
    "CREATE INDEX rollup_blocks_gone ON rollup_blocks(id) WHERE state = 3;"
    "CREATE TABLE rollup_parts(id INTEGER PRIMARY KEY, counts BLOB NOT NULL);"
    "CREATE TABLE rollup_histograms("
    "  part INTEGER PRIMARY KEY, responses BLOB NOT NULL, upstreams BLOB NOT NULL);"
    "CREATE TABLE rollup_horizons(tier INTEGER PRIMARY KEY, minute INTEGER NOT NULL);",
    "CREATE TABLE imports("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, head_bytes INTEGER NOT NULL,"
    "  head_sha256 TEXT NOT NULL, options TEXT NOT NULL, created_at INTEGER NOT NULL,"
    "  UNIQUE(head_sha256, head_bytes));",
    // Alerts: enumerations as model/alert.h numbers them, documents are JSON, windows as alerts/ encodes
    // them.
    "CREATE TABLE alerts("
    "  id INTEGER PRIMARY KEY, type INTEGER NOT NULL, severity INTEGER NOT NULL, state INTEGER NOT NULL,"
    "  subject_kind INTEGER NOT NULL, subject_id INTEGER NOT NULL, subject_text TEXT NOT NULL,"
    "  started_at INTEGER NOT NULL, document TEXT NOT NULL) STRICT;"
    "CREATE INDEX alerts_active ON alerts(id) WHERE state < 2;"
    "CREATE INDEX alerts_by_time ON alerts(started_at);"
    "CREATE TABLE alert_events("
    "  id INTEGER PRIMARY KEY, alert_id INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,"
    "  actor TEXT NOT NULL, text TEXT NOT NULL) STRICT;"
    "CREATE INDEX alert_events_by_alert ON alert_events(alert_id, id);"
    "CREATE TABLE alert_windows("
    "  id INTEGER PRIMARY KEY, evaluation INTEGER NOT NULL, second INTEGER NOT NULL, bytes BLOB NOT NULL)"
    "  STRICT;"
    "CREATE TABLE alert_hours(hour INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE alert_checkpoint("
    "  id INTEGER PRIMARY KEY CHECK(id = 1), at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE alert_state(id INTEGER PRIMARY KEY CHECK(id = 1), document TEXT NOT NULL) STRICT;"
    "CREATE TABLE alert_settings("
    "  version INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL,"
    "  document TEXT NOT NULL) STRICT;",
    // Secrets of the settings' channels, as JSON; of the newest version only.
    "ALTER TABLE alert_settings ADD COLUMN secrets TEXT NOT NULL DEFAULT '';",
    // Of an import: the last endpoint that is settled for the calls behind its position.
    "CREATE TABLE import_endpoints(journal INTEGER PRIMARY KEY, settled INTEGER NOT NULL) STRICT;",
    // A run's id is its part's, shifted, and its index. rollup_histograms has those of parts made before.
    "CREATE TABLE rollup_runs(id INTEGER PRIMARY KEY, responses BLOB NOT NULL, upstreams BLOB NOT NULL);"
    "CREATE TABLE rollup_heads(part INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    // Keys that were removed: their calls stay their owners'.
    "CREATE TABLE former_keys(id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL);"
    "CREATE INDEX former_keys_by_user ON former_keys(user_id);",
    // Columns of a part beside its counts; those of small parts, and of parts made before, are with them.
    // The second time's histograms of runs: those made before are in rollup_runs.
    "CREATE TABLE rollup_times(part INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE rollup_rest(part INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE rollup_upstreams(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE rollup_halves(part INTEGER PRIMARY KEY, bytes BLOB NOT NULL);",
    // From here on parts have their ids by cut (rollup_directory.h): a weir that does not know would look for
    // them elsewhere.
    "SELECT 1",
};

}  // namespace

const SqliteSchema kNounSchema = {.migrations = kMigrations, .settings = kNounSettings};

}  // namespace weir
