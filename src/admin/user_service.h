// Making and changing the owners of keys.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "admin/audit_trail.h"
#include "admin/key_registry.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/user.h"
#include "store/user_store.h"

namespace weir {

/// What to change of a user; nothing: stays.
struct UserChange {
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<bool> is_active;
};

/// Any thread; calls block on the store and on other changes. A change is kept with its entry in the audit
/// log or not at all.
class UserService {
 public:
  struct Parts {
    const Clock& clock;
    UserStore& users;
    AuditTrail& audit;
    KeyRegistry& registry;
    std::mutex& changes;  // one change at a time, of keys and of limits
  };
  explicit UserService(Parts parts) : parts_(parts) {}

  /// kConflict: the name is taken.
  [[nodiscard]] Result<User> create(const Actor& actor, User user);
  /// An owner that is (de)activated takes its keys along at once. kNotFound, kConflict.
  [[nodiscard]] Result<User> update(const Actor& actor, UserId id, const UserChange& change);

 private:
  Parts parts_;
};

}  // namespace weir
