// Making, importing, changing, rotating and deleting keys. In force for every request that starts after a
// call has returned.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "admin/audit_trail.h"
#include "admin/key_registry.h"
#include "admin/limit_service.h"
#include "base/clock.h"
#include "base/result.h"
#include "keys/digest.h"
#include "model/api_key.h"

namespace weir {

/// The owner a client names: an existing user's id, or a name, whose user is made when it is new.
using OwnerRef = std::variant<UserId, std::string>;

struct NewKey {
  ApiKey key;  // id, owner, digest and display are set by the service
  OwnerRef owner;
  std::string secret;  // for an import; never stored, never given back
};

/// A key with its secret: the only time it is seen.
struct KeyWithSecret {
  ApiKey key;
  std::string secret;
};

struct RotationRule {
  Seconds grace{86400};            // how long the old secret still works; 0: it ends now
  bool ends_on_first_use = false;  // and no longer than until the new one is first used
};

/// Any thread; calls block on the store and on each other. A change is kept with its entry in the audit log
/// or not at all.
class KeyService {
 public:
  struct Parts {
    const Clock& clock;
    Store& store;
    KeyTable& table;
    KeyRegistry& registry;
    const LimitService& limits;
    AuditTrail& audit;
    std::mutex& changes;  // one change at a time, of keys and of limits
    std::string pepper;
    std::string environment;
  };
  explicit KeyService(Parts parts);

  /// kInvalid: an owner, a plan or a window there is not. kFull: the limiter has no room.
  [[nodiscard]] Result<KeyWithSecret> create(const Actor& actor, NewKey wanted);
  /// All or none, with one entry in the audit log for the call. Errors name the item by its position;
  /// kConflict when a secret is known already.
  [[nodiscard]] Result<std::vector<ApiKey>> import(const Actor& actor, std::vector<NewKey> items);
  [[nodiscard]] Result<ApiKey> get(KeyId id);
  /// `change` gets the key as it is; its error is handed up and changes nothing.
  [[nodiscard]] Result<ApiKey> update(const Actor& actor, KeyId id,
                                      const std::function<Result<void>(ApiKey&)>& change);
  /// A secret retired by an earlier rotation ends now. kConflict: the key has expired.
  [[nodiscard]] Result<KeyWithSecret> rotate(const Actor& actor, KeyId id, RotationRule rule);
  [[nodiscard]] Result<void> remove(const Actor& actor, KeyId id);
  /// Rotations that ended on first use reach the store.
  void settle_rotations();

 private:
  [[nodiscard]] Result<UserId> find_or_make_owner(const Actor& actor, const OwnerRef& owner, UtcTime now);
  [[nodiscard]] Result<void> check_owner(const OwnerRef& owner);
  [[nodiscard]] Result<void> check_unknown(const std::string& secret, UtcTime now);
  void settle(UtcTime now);

  Parts parts_;
  KeyHasher hasher_;
};

}  // namespace weir
