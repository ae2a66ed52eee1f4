#include "store/sql_token_store.h"

#include <fmt/format.h>

#include "store/key_fields.h"

namespace weir {
namespace {

long long micros(UtcTime time) {
  return time.time_since_epoch().count();
}

/// A row's fields as SOCI fills them. A time of 0 is none: no token is older than weir.
struct TokenRow {
  long long id = 0;
  std::string name;
  std::string role;
  std::string display;
  std::string digest;
  long long expires_at = 0;
  std::string created_by;
  long long created_at = 0;
  long long last_used = 0;

  [[nodiscard]] Result<AdminToken> token() const {
    AdminToken token;
    const auto known_role = parse_role(role);
    if (!known_role || !decode_digest(digest, token.digest))
      return fail(ErrorCode::kCorrupt, fmt::format("the stored token {} cannot be read", id));
    token.id = TokenId(static_cast<TokenId::Value>(id));
    token.name = name;
    token.role = *known_role;
    token.display = display;
    if (expires_at != 0) token.expires_at = UtcTime(Micros(expires_at));
    token.created_by = created_by;
    token.created_at = UtcTime(Micros(created_at));
    if (last_used != 0) token.last_used = UtcTime(Micros(last_used));
    return token;
  }
};

}  // namespace

Result<void> SqlTokenStore::insert(AdminToken& token, UtcTime now) {
  auto result = session_.write([&](soci::session& sql) -> Result<void> {
    long long count = 0;
    sql << "SELECT count(*) FROM admin_tokens", soci::into(count);
    if (count >= static_cast<long long>(kAdminTokensMax)) {
      return fail(ErrorCode::kFull, fmt::format("there are {} tokens already, the most there can be: revoke "
                                                "those nobody uses",
                                                kAdminTokensMax));
    }
    const std::string role(to_string(token.role));
    const std::string digest = encode_digest(token.digest);
    const long long expires_at = token.expires_at ? micros(*token.expires_at) : 0;
    const long long at = micros(now);
    long long id = 0;
    sql << "INSERT INTO admin_tokens(name, role, display, digest, expires_at, created_by, created_at, "
           "last_used) VALUES(:name, :role, :display, :digest, :expires_at, :created_by, :created_at, 0) "
           "RETURNING id",
        soci::use(token.name), soci::use(role), soci::use(token.display), soci::use(digest),
        soci::use(expires_at), soci::use(token.created_by), soci::use(at), soci::into(id);
    token.id = TokenId(static_cast<TokenId::Value>(id));
    token.created_at = now;
    return {};
  });
  if (!result && result.error().code == ErrorCode::kConflict)
    result.error().detail = fmt::format("name: there is a token '{}' already", token.name);
  return result;
}

Result<std::vector<AdminToken>> SqlTokenStore::list() {
  return session_.read([](soci::session& sql) -> Result<std::vector<AdminToken>> {
    std::vector<AdminToken> tokens;
    TokenRow row;
    soci::statement select =
        (sql.prepare
             << "SELECT id, name, role, display, digest, expires_at, created_by, created_at, last_used "
                "FROM admin_tokens ORDER BY id",
         soci::into(row.id), soci::into(row.name), soci::into(row.role), soci::into(row.display),
         soci::into(row.digest), soci::into(row.expires_at), soci::into(row.created_by),
         soci::into(row.created_at), soci::into(row.last_used));
    select.execute();
    while (select.fetch()) {
      WEIR_TRY_ASSIGN(token, row.token());
      tokens.push_back(std::move(token));
    }
    return tokens;
  });
}

Result<void> SqlTokenStore::set_last_used(TokenId id, UtcTime at) {
  return session_.write([&](soci::session& sql) -> Result<void> {
    const long long row = id.value();
    const long long used = micros(at);
    sql << "UPDATE admin_tokens SET last_used = :at WHERE id = :id", soci::use(used), soci::use(row);
    return {};
  });
}

Result<void> SqlTokenStore::remove(TokenId id) {
  return session_.write([&](soci::session& sql) -> Result<void> {
    const long long row = id.value();
    soci::statement forget((sql.prepare << "DELETE FROM admin_tokens WHERE id = :id", soci::use(row)));
    forget.execute(true);
    if (forget.get_affected_rows() == 0)
      return fail(ErrorCode::kNotFound, fmt::format("there is no token {}", id.value()));
    return {};
  });
}

}  // namespace weir
