// Users in SQL.
#pragma once

#include "store/noun_session.h"
#include "store/user_store.h"

namespace weir {

class SqlUserStore final : public UserStore {
 public:
  explicit SqlUserStore(NounSession& session) : session_(session) {}

  Result<void> insert(User& user, UtcTime now) override;
  Result<User> get(UserId id) override;
  Result<User> find_by_name(std::string_view name) override;
  Result<std::vector<User>> list(UserId after, std::size_t limit) override;
  Result<void> update(User& user, UtcTime now) override;
  Result<std::vector<std::string>> names(std::span<const UserId> ids) override;

 private:
  NounSession& session_;
};

}  // namespace weir
