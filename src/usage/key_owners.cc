#include "usage/key_owners.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::uint32_t kUnknown = UINT32_MAX;

}  // namespace

Result<std::uint32_t> KeyOwners::user_of(std::uint32_t key) {
  if (key == 0) return 0U;
  const std::lock_guard lock(mutex_);
  if (!loaded_) {
    WEIR_TRY(keys_.for_each([this](const ApiKey& found) {
      users_.resize(std::max<std::size_t>(users_.size(), found.id.value() + 1U), kUnknown);
      users_[found.id.value()] = found.user_id.value();
    }));
    loaded_ = true;
  }
  if (key >= users_.size() || users_[key] == kUnknown) {
    const auto found = keys_.owner(KeyId(key));
    if (!found && found.error().code != ErrorCode::kNotFound) return tl::unexpected<Error>(found.error());
    users_.resize(std::max<std::size_t>(users_.size(), key + 1U), kUnknown);
    users_[key] = found ? found->value() : 0;
  }
  return users_[key];
}

}  // namespace weir
