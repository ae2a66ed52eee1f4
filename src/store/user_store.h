// Where the owners of keys are kept.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/user.h"

namespace weir {

/// Blocking calls; any thread.
class UserStore {
 public:
  virtual ~UserStore() = default;

  /// Sets id, created_at and updated_at. kConflict when the name is taken.
  [[nodiscard]] virtual Result<void> insert(User& user, UtcTime now) = 0;
  [[nodiscard]] virtual Result<User> get(UserId id) = 0;                       // kNotFound
  [[nodiscard]] virtual Result<User> find_by_name(std::string_view name) = 0;  // kNotFound
  /// Ids greater than `after`, ascending, at most `limit`.
  [[nodiscard]] virtual Result<std::vector<User>> list(UserId after, std::size_t limit) = 0;
  /// Of each id in turn; empty for those that are not there.
  [[nodiscard]] virtual Result<std::vector<std::string>> names(std::span<const UserId> ids) = 0;
  [[nodiscard]] virtual Result<void> update(User& user, UtcTime now) = 0;  // kNotFound, kConflict
};

}  // namespace weir
