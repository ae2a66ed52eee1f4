// Every key in four places at once: the store, the key table, the directory by id, the limiter. Kept in step
// here and nowhere else.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "keys/key_directory.h"
#include "keys/key_table.h"
#include "limits/limiter.h"
#include "model/api_key.h"
#include "store/store.h"

namespace weir {

/// What else is written in the transaction of a change, told as done: its entry in the audit log.
using AlsoWrite = std::function<Result<void>()>;

struct KeyCounts {
  std::uint64_t active = 0;
  std::uint64_t inactive = 0;
};

/// A change is stored first, then in force. Calls block on the store. Not thread-safe: whoever calls holds
/// the lock that makes changes one at a time; only `counts` may be called by any thread.
class KeyRegistry {
 public:
  KeyRegistry(Store& store, KeyTable& table, KeyDirectory& directory, Limiter& limiter);

  /// Puts every stored key in force. Once, at the start, before the limiter is asked.
  [[nodiscard]] Result<void> load();

  /// Stores new keys, all or none, and puts them in force; sets their ids. kConflict: a secret is known
  /// already. kFull: the limiter has no room for so many.
  [[nodiscard]] Result<void> insert(std::vector<ApiKey>& keys, UtcTime now, const AlsoWrite& also);
  /// As stored, but without a retired secret that ended on first use of the new one.
  [[nodiscard]] Result<ApiKey> get(KeyId id);
  [[nodiscard]] Result<void> update(ApiKey& key, const ApiKey& before, UtcTime now, const AlsoWrite& also);
  /// As `update`, for a key whose secret is new: what ended before is no end of the secret just retired.
  [[nodiscard]] Result<void> update_secret(ApiKey& key, const ApiKey& before, UtcTime now,
                                           const AlsoWrite& also);
  [[nodiscard]] Result<void> remove(const ApiKey& key, const AlsoWrite& also);

  /// An owner was (de)activated: so are the keys. Repeating it changes nothing.
  [[nodiscard]] Result<void> set_owner_active(UserId user, bool active);
  /// Rotations that ended on the first use of the new secret reach the store. What fails is tried again by
  /// the next call.
  [[nodiscard]] Result<void> settle_rotations(UtcTime now);

  [[nodiscard]] KeyCounts counts() const;
  [[nodiscard]] std::uint64_t count_with_plan(const std::string& plan) const;
  /// Up to `max` keys that use a plan. Reads through all keys when there are few.
  [[nodiscard]] Result<std::vector<KeyId>> some_with_plan(const std::string& plan, std::size_t max);

 private:
  void put(const ApiKey& key);
  void count(const ApiKey& key, int by);
  [[nodiscard]] QuotaId quota_of(const ApiKey& key);
  [[nodiscard]] Result<void> put_all_of(UserId user);

  Store& store_;
  KeyTable& table_;
  KeyDirectory& directory_;
  Limiter& limiter_;
  std::unordered_set<UserId> inactive_users_;
  std::unordered_map<std::string, QuotaId> plan_quotas_;  // of keys without own limits: nearly all of them
  std::unordered_map<std::string, std::uint64_t> plan_uses_;
  std::unordered_set<KeyId> ended_;  // rotations the store does not know to be over
  std::atomic<std::uint64_t> active_{0};
  std::atomic<std::uint64_t> inactive_{0};
};

}  // namespace weir
