#include "admin/user_service.h"

#include "base/log.h"

namespace weir {

Result<User> UserService::create(User user) {
  const std::scoped_lock lock(parts_.changes);
  WEIR_TRY(parts_.users.insert(user, parts_.clock.utc()));
  if (!user.is_active) WEIR_TRY(parts_.registry.set_owner_active(user.id, false));
  log::info("user created", {{"user_id", user.id.value()}});
  return user;
}

Result<User> UserService::update(UserId id, const UserChange& change) {
  const std::scoped_lock lock(parts_.changes);
  WEIR_TRY_ASSIGN(user, parts_.users.get(id));
  if (change.name) user.name = *change.name;
  if (change.email) user.email = *change.email;
  if (change.is_active) user.is_active = *change.is_active;
  WEIR_TRY(parts_.users.update(user, parts_.clock.utc()));
  // Also when it is what it was: a call that failed half way is mended by repeating it.
  if (change.is_active) WEIR_TRY(parts_.registry.set_owner_active(id, user.is_active));
  log::info("user changed", {{"user_id", id.value()}, {"is_active", user.is_active}});
  return user;
}

}  // namespace weir
