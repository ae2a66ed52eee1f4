// Tokens of the admin API in SQL.
#pragma once

#include "store/noun_session.h"
#include "store/token_store.h"

namespace weir {

class SqlTokenStore final : public TokenStore {
 public:
  explicit SqlTokenStore(NounSession& session) : session_(session) {}

  Result<void> insert(AdminToken& token, UtcTime now) override;
  Result<std::vector<AdminToken>> list() override;
  Result<void> set_last_used(TokenId id, UtcTime at) override;
  Result<void> remove(TokenId id) override;

 private:
  NounSession& session_;
};

}  // namespace weir
