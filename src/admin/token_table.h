// The tokens that open the admin side, in memory: found by what is presented, or by id.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "keys/digest.h"
#include "model/admin_token.h"

namespace weir {

/// Who a token stands for.
struct TokenHolder {
  TokenId id;  // 0: the token of admin.token
  std::string name;
  Role role = Role::kNone;
  std::optional<UtcTime> expires_at;
};

/// Thread-safe; never blocks but on its own lock. At most kAdminTokensMax tokens and the built-in one.
class TokenTable {
 public:
  /// `built_in`: what admin.token holds; an empty one opens nothing. `pepper`: of the stored digests.
  TokenTable(std::string_view built_in, std::string_view pepper);

  void put(const AdminToken& token);
  void erase(TokenId id);

  /// Whose token `presented` is, while it works; its use is noted. A digest under a pepper is looked up, so
  /// the time it takes tells nothing about any token.
  [[nodiscard]] std::optional<TokenHolder> find(std::string_view presented, UtcTime now);
  /// The holder of a token that works at `now`; its use is noted.
  [[nodiscard]] std::optional<TokenHolder> find(TokenId id, UtcTime now);

  [[nodiscard]] std::optional<UtcTime> last_used(TokenId id) const;

  struct Use {
    TokenId id;
    UtcTime at;
  };
  /// Uses the store should learn: of a token at most one in `interval`. Those given are taken for stored;
  /// `put_back` says they were not.
  [[nodiscard]] std::vector<Use> take_uses(UtcTime now, Seconds interval);
  void put_back(const Use& use);

 private:
  struct Entry {
    TokenHolder holder;
    TokenDigest digest{};
    std::optional<UtcTime> last_used;
    std::optional<UtcTime> stored_use;
  };
  [[nodiscard]] std::optional<TokenHolder> use(Entry& entry, UtcTime now);

  KeyHasher hasher_;
  bool has_built_in_;
  TokenDigest built_in_{};
  mutable std::mutex mutex_;                // never held across I/O
  std::map<TokenId, Entry> entries_;        // guarded by mutex_
  std::map<TokenDigest, TokenId> digests_;  // guarded by mutex_
};

}  // namespace weir
