#include "admin/user_service.h"

#include "admin/audit_change.h"
#include "admin/user_json.h"
#include "base/log.h"

namespace weir {
namespace {

/// A user as the audit log tells it.
boost::json::object audit_json(const User& user) {
  auto out = to_json(user);
  out.erase("updated_at");
  return out;
}

std::string id_text(const User& user) {
  return std::to_string(user.id.value());
}

}  // namespace

Result<User> UserService::create(const Actor& actor, User user) {
  const std::scoped_lock lock(parts_.changes);
  WEIR_TRY(parts_.audit.change(actor, [&]() -> Result<AuditChange> {
    WEIR_TRY(parts_.users.insert(user, parts_.clock.utc()));
    return audit_create("user", id_text(user), audit_json(user));
  }));
  if (!user.is_active) WEIR_TRY(parts_.registry.set_owner_active(user.id, false));
  log::info("user created", {{"user_id", user.id.value()}});
  return user;
}

Result<User> UserService::update(const Actor& actor, UserId id, const UserChange& change) {
  const std::scoped_lock lock(parts_.changes);
  WEIR_TRY_ASSIGN(before, parts_.users.get(id));
  User user = before;
  if (change.name) user.name = *change.name;
  if (change.email) user.email = *change.email;
  if (change.is_active) user.is_active = *change.is_active;
  WEIR_TRY(parts_.audit.change(actor, [&]() -> Result<AuditChange> {
    WEIR_TRY(parts_.users.update(user, parts_.clock.utc()));
    return audit_update("user", id_text(user), audit_json(before), audit_json(user));
  }));
  // Also when it is what it was: a call that failed half way is mended by repeating it.
  if (change.is_active) WEIR_TRY(parts_.registry.set_owner_active(id, user.is_active));
  log::info("user changed", {{"user_id", id.value()}, {"is_active", user.is_active}});
  return user;
}

}  // namespace weir
