#include "admin/key_registry.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kPage = 1000;  // the most KeyStore::list gives at once

}  // namespace

KeyRegistry::KeyRegistry(Store& store, KeyTable& table, KeyDirectory& directory, Limiter& limiter)
    : store_(store), table_(table), directory_(directory), limiter_(limiter) {}

Result<void> KeyRegistry::load() {
  for (UserId after;;) {
    WEIR_TRY_ASSIGN(users, store_.users().list(after, kPage));
    for (const auto& user : users) {
      if (!user.is_active) inactive_users_.insert(user.id);
    }
    if (users.size() < kPage) break;
    after = users.back().id;
  }
  WEIR_TRY_ASSIGN(count_stored, store_.keys().count());
  table_.reserve(count_stored);
  KeyId highest;
  WEIR_TRY(store_.keys().for_each([&](const ApiKey& key) {
    put(key);
    count(key, 1);
    highest = std::max(highest, key.id);
  }));
  return limiter_.reserve(highest);
}

void KeyRegistry::put(const ApiKey& key) {
  const QuotaId quota = quota_of(key);
  const bool owner_active = !inactive_users_.contains(key.user_id);
  table_.put(key, quota, owner_active);
  directory_.put(key, quota, owner_active);
}

QuotaId KeyRegistry::quota_of(const ApiKey& key) {
  if (!key.limits.empty()) return limiter_.quota_id(key.plan, key.limits);
  if (const auto known = plan_quotas_.find(key.plan); known != plan_quotas_.end()) return known->second;
  return plan_quotas_.emplace(key.plan, limiter_.quota_id(key.plan, {})).first->second;
}

void KeyRegistry::count(const ApiKey& key, int by) {
  const auto delta = static_cast<std::uint64_t>(static_cast<std::int64_t>(by));  // wraps: -1 takes one off
  (key.is_active ? active_ : inactive_).fetch_add(delta, std::memory_order_relaxed);
  if (!key.plan.empty()) plan_uses_[key.plan] += delta;
}

Result<void> KeyRegistry::insert(std::vector<ApiKey>& keys, UtcTime now, const AlsoWrite& also) {
  WEIR_TRY(store_.atomically([&]() -> Result<void> {
    WEIR_TRY(store_.keys().insert(keys, now));
    KeyId highest;
    for (const auto& key : keys) highest = std::max(highest, key.id);
    // Without room its limits could not be counted: such a key must not exist.
    WEIR_TRY(limiter_.reserve(highest));
    return also();
  }));
  for (const auto& key : keys) {
    put(key);
    count(key, 1);
  }
  return {};
}

Result<ApiKey> KeyRegistry::get(KeyId id) {
  auto key = store_.keys().get(id);
  if (key && ended_.contains(id)) key->retired.reset();
  return key;
}

Result<void> KeyRegistry::update(ApiKey& key, const ApiKey& before, UtcTime now, const AlsoWrite& also) {
  WEIR_TRY(store_.atomically([&]() -> Result<void> {
    WEIR_TRY(store_.keys().update(key, now));
    return also();
  }));
  put(key);
  count(before, -1);
  count(key, 1);
  return {};
}

Result<void> KeyRegistry::update_secret(ApiKey& key, const ApiKey& before, UtcTime now,
                                        const AlsoWrite& also) {
  WEIR_TRY(update(key, before, now, also));
  // Nobody has the new secret yet, so an end noted until now belongs to the rotation before this one.
  for (const auto id : table_.take_ended_rotations()) ended_.insert(id);
  ended_.erase(key.id);
  return {};
}

Result<void> KeyRegistry::remove(const ApiKey& key, const AlsoWrite& also) {
  WEIR_TRY(store_.atomically([&]() -> Result<void> {
    WEIR_TRY(store_.keys().remove(key.id));
    return also();
  }));
  table_.erase(key.id);
  directory_.erase(key.id);
  count(key, -1);
  ended_.erase(key.id);
  return {};
}

Result<void> KeyRegistry::set_owner_active(UserId user, bool active) {
  if (active)
    inactive_users_.erase(user);
  else
    inactive_users_.insert(user);
  return put_all_of(user);
}

Result<void> KeyRegistry::put_all_of(UserId user) {
  for (KeyFilter filter{.user_id = user, .is_active = {}, .after = {}, .limit = kPage};;) {
    WEIR_TRY_ASSIGN(keys, store_.keys().list(filter));
    for (auto& key : keys) {
      if (ended_.contains(key.id)) key.retired.reset();
      put(key);
    }
    if (keys.size() < kPage) return {};
    filter.after = keys.back().id;
  }
}

Result<void> KeyRegistry::settle_rotations(UtcTime now) {
  for (const auto id : table_.take_ended_rotations()) ended_.insert(id);
  while (!ended_.empty()) {
    const KeyId id = *ended_.begin();
    auto key = get(id);
    if (!key && key.error().code != ErrorCode::kNotFound) return fail(key.error().code, key.error().detail);
    if (key) WEIR_TRY(store_.keys().update(*key, now));
    ended_.erase(id);
  }
  return {};
}

KeyCounts KeyRegistry::counts() const {
  return {active_.load(std::memory_order_relaxed), inactive_.load(std::memory_order_relaxed)};
}

std::uint64_t KeyRegistry::count_with_plan(const std::string& plan) const {
  const auto uses = plan_uses_.find(plan);
  return uses == plan_uses_.end() ? 0 : uses->second;
}

Result<std::vector<KeyId>> KeyRegistry::some_with_plan(const std::string& plan, std::size_t max) {
  std::vector<KeyId> found;
  for (KeyFilter filter{.user_id = {}, .is_active = {}, .after = {}, .limit = kPage};;) {
    WEIR_TRY_ASSIGN(keys, store_.keys().list(filter));
    for (const auto& key : keys) {
      if (key.plan == plan && found.size() < max) found.push_back(key.id);
    }
    if (keys.size() < kPage || found.size() >= max) return found;
    filter.after = keys.back().id;
  }
}

}  // namespace weir
