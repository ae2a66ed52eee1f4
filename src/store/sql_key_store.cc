#include "store/sql_key_store.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "store/key_row.h"
#include "store/sql_names.h"

namespace weir {
namespace {

constexpr std::size_t kPageMax = 1000;

constexpr const char* kSelect =
    "SELECT k.id, {}, COALESCE(u.calls, 0), COALESCE(u.last_used, 0) "
    "FROM api_keys k LEFT JOIN key_usage u ON u.key_id = k.id WHERE {}";

tl::unexpected<Error> not_found(KeyId id) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no key {}", id.value()));
}

Result<void> explain_conflict(Result<void> result) {
  if (!result && result.error().code == ErrorCode::kConflict) {
    result.error().detail = "key: its secret belongs to a key already";
  }
  return result;
}

/// Binds the stored fields, in the order of kKeyColumns.
template <class Temporary>
auto bind_row(Temporary&& sql, const KeyRow& row) {
  using soci::use;
  return (sql, use(row.user_id), use(row.name), use(row.description), use(row.display), use(row.digest),
          use(row.retired_digest), use(row.retired_ends_at), use(row.retired_ends_on_use), use(row.is_active),
          use(row.has_expiry), use(row.expires_at), use(row.plan), use(row.limits), use(row.allowed_routes),
          use(row.allowed_networks), use(row.created_at), use(row.updated_at));
}

soci::statement select_rows(soci::session& sql, const std::string& where, KeyRow& row) {
  using soci::into;
  return (sql.prepare << fmt::format(kSelect, kKeyColumns, where), into(row.id), into(row.user_id),
          into(row.name), into(row.description), into(row.display), into(row.digest),
          into(row.retired_digest), into(row.retired_ends_at), into(row.retired_ends_on_use),
          into(row.is_active), into(row.has_expiry), into(row.expires_at), into(row.plan), into(row.limits),
          into(row.allowed_routes), into(row.allowed_networks), into(row.created_at), into(row.updated_at),
          into(row.calls), into(row.last_used));
}

/// The secrets of keys, current and retired.
class Secrets {
 public:
  void add(const KeyRow& row) {
    secrets_.emplace_back(row.digest, row.id);
    if (!row.retired_digest.empty()) secrets_.emplace_back(row.retired_digest, row.id);
  }

  /// Makes them known; a uniqueness violated means somebody has one already.
  void insert(soci::session& sql) {
    // In the tree's order: a million in any other would read and write each of its pages many times.
    std::sort(secrets_.begin(), secrets_.end());
    std::string digest;
    long long key_id = 0;
    soci::statement statement(
        (sql.prepare << "INSERT INTO key_secrets(digest, key_id) VALUES(:digest, :key_id)", soci::use(digest),
         soci::use(key_id)));
    for (const auto& secret : secrets_) {
      std::tie(digest, key_id) = secret;
      statement.execute(true);
    }
  }

 private:
  std::vector<std::pair<std::string, long long>> secrets_;
};

void forget_secrets(soci::session& sql, long long id) {
  sql << "DELETE FROM key_secrets WHERE digest IN (SELECT digest FROM api_keys WHERE id = :id UNION "
         "SELECT retired_digest FROM api_keys WHERE id = :id2)",
      soci::use(id), soci::use(id);
}

Result<void> check_owner(soci::session& sql, UserId user) {
  const long long id = user.value();
  int found = 0;
  sql << "SELECT count(*) FROM users WHERE id = :id", soci::use(id), soci::into(found);
  if (found > 0) return {};
  return fail(ErrorCode::kNotFound, fmt::format("user_id: there is no user {}", id));
}

}  // namespace

Result<void> SqlKeyStore::insert(std::vector<ApiKey>& keys, UtcTime now) {
  std::vector<KeyId> ids;
  ids.reserve(keys.size());
  auto result = explain_conflict(session_.write([&](soci::session& sql) -> Result<void> {
    std::unordered_set<UserId> owners;
    for (const ApiKey& key : keys) {
      if (owners.insert(key.user_id).second) WEIR_TRY(check_owner(sql, key.user_id));
    }
    KeyRow row;
    soci::statement insert_key(
        (bind_row(
             (sql.prepare << "INSERT INTO api_keys(" << kKeyColumns
                          << ") VALUES(:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, :k, :l, :m, :n, :o, :p, :q) "
                             "RETURNING id"),
             row),
         soci::into(row.id)));
    Secrets secrets;
    for (const ApiKey& key : keys) {
      row = KeyRow::of(key);
      row.created_at = row.updated_at = now.time_since_epoch().count();
      insert_key.execute(true);
      secrets.add(row);
      ids.emplace_back(static_cast<KeyId::Value>(row.id));
    }
    secrets.insert(sql);
    return {};
  }));
  if (!result) return result;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i].id = ids[i];
    keys[i].created_at = keys[i].updated_at = now;
  }
  return {};
}

Result<ApiKey> SqlKeyStore::get(KeyId id) {
  return session_.read([&](soci::session& sql) -> Result<ApiKey> {
    KeyRow row;
    soci::statement select = select_rows(sql, fmt::format("k.id = {}", id.value()), row);
    if (!select.execute(true)) return not_found(id);
    ApiKey key;
    WEIR_TRY(row.to(key));
    return key;
  });
}

Result<std::vector<ApiKey>> SqlKeyStore::list(const KeyFilter& filter) {
  if (filter.limit < 1 || filter.limit > kPageMax) {
    return fail(ErrorCode::kInvalid, fmt::format("limit: 1 to {}, not {}", kPageMax, filter.limit));
  }
  // Numbers only: nothing a caller writes gets into the SQL.
  std::string where = fmt::format("k.id > {}", filter.after.value());
  if (filter.user_id) where += fmt::format(" AND k.user_id = {}", filter.user_id->value());
  if (filter.is_active) where += fmt::format(" AND k.is_active = {}", *filter.is_active ? 1 : 0);
  where += fmt::format(" ORDER BY k.id LIMIT {}", filter.limit);
  return session_.read([&](soci::session& sql) -> Result<std::vector<ApiKey>> {
    std::vector<ApiKey> keys;
    KeyRow row;
    soci::statement select = select_rows(sql, where, row);
    select.execute();
    while (select.fetch()) WEIR_TRY(row.to(keys.emplace_back()));
    return keys;
  });
}

Result<void> SqlKeyStore::update(ApiKey& key, UtcTime now) {
  auto result = explain_conflict(session_.write([&](soci::session& sql) -> Result<void> {
    WEIR_TRY(check_owner(sql, key.user_id));
    KeyRow row = KeyRow::of(key);
    row.updated_at = now.time_since_epoch().count();
    forget_secrets(sql, row.id);
    using soci::use;
    soci::statement change(
        (sql.prepare
             << "UPDATE api_keys SET user_id = :a, name = :b, description = :c, display = :d, digest = :e, "
                "retired_digest = :f, retired_ends_at = :g, retired_ends_on_use = :h, is_active = :i, "
                "has_expiry = :j, expires_at = :k, plan = :l, limits = :m, allowed_routes = :n, "
                "allowed_networks = :o, updated_at = :p WHERE id = :q",
         use(row.user_id), use(row.name), use(row.description), use(row.display), use(row.digest),
         use(row.retired_digest), use(row.retired_ends_at), use(row.retired_ends_on_use), use(row.is_active),
         use(row.has_expiry), use(row.expires_at), use(row.plan), use(row.limits), use(row.allowed_routes),
         use(row.allowed_networks), use(row.updated_at), use(row.id)));
    change.execute(true);
    if (change.get_affected_rows() == 0) return not_found(key.id);
    Secrets secrets;
    secrets.add(row);
    secrets.insert(sql);
    return {};
  }));
  if (result) key.updated_at = now;
  return result;
}

Result<void> SqlKeyStore::remove(KeyId id) {
  return session_.write([&](soci::session& sql) -> Result<void> {
    const long long row = id.value();
    forget_secrets(sql, row);
    sql << "INSERT INTO former_keys SELECT id, user_id FROM api_keys WHERE id = :id", soci::use(row);
    soci::statement forget((sql.prepare << "DELETE FROM api_keys WHERE id = :id", soci::use(row)));
    forget.execute(true);
    if (forget.get_affected_rows() == 0) return not_found(id);
    sql << "DELETE FROM key_usage WHERE key_id = :id", soci::use(row);
    return {};
  });
}

Result<UserId> SqlKeyStore::owner(KeyId id) {
  return session_.read([&](soci::session& sql) -> Result<UserId> {
    const long long row = id.value();
    long long user = 0;
    sql << "SELECT user_id FROM api_keys WHERE id = :a UNION ALL SELECT user_id FROM former_keys WHERE id = "
           ":b",
        soci::use(row), soci::use(row), soci::into(user);
    if (!sql.got_data()) return not_found(id);
    return UserId(static_cast<UserId::Value>(user));
  });
}

Result<std::vector<KeyId>> SqlKeyStore::keys_of(UserId user) {
  return session_.read([&](soci::session& sql) -> Result<std::vector<KeyId>> {
    const long long owner = user.value();
    std::vector<KeyId> keys;
    const soci::rowset<long long> rows =
        (sql.prepare << "SELECT id FROM api_keys WHERE user_id = :a UNION ALL "
                        "SELECT id FROM former_keys WHERE user_id = :b ORDER BY id",
         soci::use(owner), soci::use(owner));
    for (const long long id : rows) keys.emplace_back(static_cast<KeyId::Value>(id));
    return keys;
  });
}

Result<std::uint64_t> SqlKeyStore::count() {
  return session_.read([](soci::session& sql) -> Result<std::uint64_t> {
    long long keys = 0;
    sql << "SELECT count(*) FROM api_keys", soci::into(keys);
    return static_cast<std::uint64_t>(keys);
  });
}

Result<std::vector<std::string>> SqlKeyStore::names(std::span<const KeyId> ids) {
  return session_.read(
      [&](soci::session& sql) { return select_names(sql, "SELECT name FROM api_keys WHERE id = :id", ids); });
}

}  // namespace weir
