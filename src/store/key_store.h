// Where API keys are kept. Implementations: store/sqlite.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/api_key.h"

namespace weir {

struct KeyFilter {
  std::optional<UserId> user_id;
  std::optional<bool> is_active;
  KeyId after;              // pages: ids greater than this, ascending
  std::size_t limit = 100;  // 1 to 1000
};

/// Blocking calls; any thread, one at a time (the implementation serializes).
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  /// Stores keys with fresh ids, all or none; sets id, created_at and updated_at (= now) in place.
  /// kConflict when a digest is known already (of a retired secret too); kNotFound when an owner is not.
  [[nodiscard]] virtual Result<void> insert(std::vector<ApiKey>& keys, UtcTime now) = 0;
  [[nodiscard]] virtual Result<ApiKey> get(KeyId id) = 0;  // kNotFound
  [[nodiscard]] virtual Result<std::vector<ApiKey>> list(const KeyFilter& filter) = 0;
  /// Replaces everything but id, usage_count, last_used and created_at; sets updated_at. kNotFound,
  /// kConflict.
  [[nodiscard]] virtual Result<void> update(ApiKey& key, UtcTime now) = 0;
  [[nodiscard]] virtual Result<void> remove(KeyId id) = 0;  // its calls stay, and stay its owner's
  /// Whose a key is, or was until it was removed. kNotFound.
  [[nodiscard]] virtual Result<UserId> owner(KeyId id) = 0;
  /// A user's keys, removed ones too, ascending.
  [[nodiscard]] virtual Result<std::vector<KeyId>> keys_of(UserId user) = 0;
  /// Of each id in turn; empty for those that are not there.
  [[nodiscard]] virtual Result<std::vector<std::string>> names(std::span<const KeyId> ids) = 0;
  /// Every key in order of id, as quickly as the store can: for the start.
  [[nodiscard]] virtual Result<void> for_each(const std::function<void(const ApiKey&)>& visit) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> count() = 0;
};

}  // namespace weir
