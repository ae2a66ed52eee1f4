// Where the tokens of the admin API are kept.
#pragma once

#include <vector>

#include "base/result.h"
#include "model/admin_token.h"

namespace weir {

/// Blocking calls; any thread.
class TokenStore {
 public:
  virtual ~TokenStore() = default;

  /// Sets id and created_at. kConflict: the name is taken. kFull: there are kAdminTokensMax.
  [[nodiscard]] virtual Result<void> insert(AdminToken& token, UtcTime now) = 0;
  [[nodiscard]] virtual Result<std::vector<AdminToken>> list() = 0;  // all, by ascending id
  /// Of a token that is gone: nothing.
  [[nodiscard]] virtual Result<void> set_last_used(TokenId id, UtcTime at) = 0;
  [[nodiscard]] virtual Result<void> remove(TokenId id) = 0;  // kNotFound
};

}  // namespace weir
