#include "admin/token_service.h"

#include <algorithm>

#include <fmt/format.h>

#include "admin/audit_change.h"
#include "admin/token_json.h"
#include "base/log.h"
#include "keys/token_format.h"

namespace weir {
namespace {

boost::json::object audit_json(const AdminToken& token) {
  auto out = to_json(token);
  out.erase("last_used");
  return out;
}

}  // namespace

Result<void> TokenService::load() {
  WEIR_TRY_ASSIGN(tokens, parts_.store.tokens().list());
  for (const auto& token : tokens) parts_.table.put(token);
  return {};
}

Result<std::vector<AdminToken>> TokenService::list() {
  WEIR_TRY_ASSIGN(tokens, parts_.store.tokens().list());
  for (auto& token : tokens) {
    if (const auto used = parts_.table.last_used(token.id)) token.last_used = used;
  }
  return tokens;
}

Result<TokenWithSecret> TokenService::create(const Actor& actor, AdminToken wanted) {
  if (wanted.name == kBuiltInTokenName) {
    return fail(ErrorCode::kInvalid,
                fmt::format("name: '{}' is what the token of the data folder is called", wanted.name));
  }
  WEIR_TRY_ASSIGN(secret, generate_token());
  wanted.display = token_display_form(secret);
  wanted.digest = hasher_.digest(secret);
  wanted.created_by = actor.name;
  const std::scoped_lock lock(changes_);
  WEIR_TRY(parts_.audit.change(actor, [&]() -> Result<AuditChange> {
    WEIR_TRY(parts_.store.tokens().insert(wanted, parts_.clock.utc()));
    return audit_create("token", std::to_string(wanted.id.value()), audit_json(wanted));
  }));
  parts_.table.put(wanted);
  log::info("token created", {{"token_id", wanted.id.value()}, {"role", to_string(wanted.role)}});
  return TokenWithSecret{std::move(wanted), std::move(secret)};
}

Result<void> TokenService::revoke(const Actor& actor, TokenId id) {
  const std::scoped_lock lock(changes_);
  WEIR_TRY_ASSIGN(tokens, parts_.store.tokens().list());
  const auto token =
      std::find_if(tokens.begin(), tokens.end(), [&](const auto& each) { return each.id == id; });
  if (token == tokens.end())
    return fail(ErrorCode::kNotFound, fmt::format("there is no token {}", id.value()));
  WEIR_TRY(parts_.audit.change(actor, [&]() -> Result<AuditChange> {
    WEIR_TRY(parts_.store.tokens().remove(id));
    auto change = audit_delete("token", std::to_string(id.value()), audit_json(*token));
    change.action = "token.revoke";
    return change;
  }));
  parts_.table.erase(id);
  const auto ended = parts_.sessions.close_all_of(id);
  log::info("token revoked", {{"token_id", id.value()}, {"sessions_ended", ended}});
  return {};
}

void TokenService::store_uses(Seconds interval) {
  for (const auto& use : parts_.table.take_uses(parts_.clock.utc(), interval)) {
    if (auto stored = parts_.store.tokens().set_last_used(use.id, use.at); !stored) {
      parts_.table.put_back(use);
      log::warn("when a token was last used is not stored yet, will be tried again",
                {{"token_id", use.id.value()}, {"reason", stored.error().detail}});
      return;
    }
  }
}

}  // namespace weir
