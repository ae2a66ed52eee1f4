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
};

}  // namespace

const SqliteSchema kNounSchema = {.migrations = kMigrations, .settings = kNounSettings};

}  // namespace weir
