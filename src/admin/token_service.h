// Making and revoking the tokens of the admin API.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "admin/audit_trail.h"
#include "admin/session_table.h"
#include "admin/token_table.h"
#include "base/clock.h"
#include "base/result.h"
#include "keys/digest.h"
#include "model/admin_token.h"
#include "store/store.h"

namespace weir {

/// A token with its secret: the only time it is seen.
struct TokenWithSecret {
  AdminToken token;
  std::string secret;
};

/// Any thread; calls block on the store. A change is kept with its entry in the audit log or not at all.
class TokenService {
 public:
  struct Parts {
    const Clock& clock;
    Store& store;
    TokenTable& table;
    SessionTable& sessions;
    AuditTrail& audit;
    std::string pepper;
  };
  explicit TokenService(Parts parts) : parts_(std::move(parts)), hasher_(parts_.pepper) {}

  /// Puts the stored tokens in force. Once, at the start.
  [[nodiscard]] Result<void> load();

  /// All, by ascending id; `last_used` is the table's, not the store's that is behind.
  [[nodiscard]] Result<std::vector<AdminToken>> list();
  /// `wanted`: name, role and expiry. kInvalid: the name of the built-in token. kConflict, kFull.
  [[nodiscard]] Result<TokenWithSecret> create(const Actor& actor, AdminToken wanted);
  /// Nobody is let in with it from now on, and the sessions it opened end. kNotFound.
  [[nodiscard]] Result<void> revoke(const Actor& actor, TokenId id);
  /// Housekeeping: when tokens were last used reaches the store, of each once a minute at most.
  void tick() { store_uses(Seconds{60}); }
  /// All that the store does not know yet: at the end.
  void store_uses() { store_uses(Seconds{0}); }

 private:
  void store_uses(Seconds interval);

  Parts parts_;
  KeyHasher hasher_;
  std::mutex changes_;  // one change at a time; held across calls to the store
};

}  // namespace weir
