#include "admin/key_service.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "admin/audit_change.h"
#include "admin/key_json.h"
#include "admin/user_json.h"
#include "base/epoch.h"
#include "base/joined.h"
#include "base/log.h"
#include "keys/key_format.h"

namespace weir {
namespace {

tl::unexpected<Error> in_item(std::size_t index, const Error& error) {
  return fail(error.code, fmt::format("items[{}].{}", index, error.detail), error.retryable);
}

std::string known_names(const auto& names_of) {
  std::vector<std::string> names;
  for (const auto& name : names_of) {
    if (names.size() < 20) names.push_back(name);
  }
  return names.empty() ? "there are none" : fmt::format("known are {}", joined(names, ", "));
}

/// A plan or window that is named anew must exist; what a key had already may have gone meanwhile.
Result<void> check_limits(const LimitSettings& settings, const ApiKey& key, const ApiKey& before) {
  if (!key.plan.empty() && key.plan != before.plan && !settings.plans.contains(key.plan)) {
    std::vector<std::string> plans;
    for (const auto& plan : settings.plans) plans.push_back(plan.first);
    return fail(ErrorCode::kInvalid,
                fmt::format("plan: '{}' is not a plan; {}", key.plan, known_names(plans)));
  }
  if (key.limits == before.limits) return {};
  std::vector<std::string> windows;
  for (const auto& window : settings.windows) windows.push_back(window.name);
  for (const auto& [window, limit] : key.limits) {
    if (std::find(windows.begin(), windows.end(), window) != windows.end()) continue;
    return fail(ErrorCode::kInvalid,
                fmt::format("limits: '{}' is not a window; {}", window.substr(0, 64), known_names(windows)));
  }
  return {};
}

/// A key as the audit log tells it: without what every call moves.
boost::json::object audit_json(const ApiKey& key, UtcTime now) {
  auto out = to_json(key, now);
  for (const auto* name : {"usage_count", "last_used", "created_at", "updated_at"}) out.erase(name);
  return out;
}

std::string id_text(const ApiKey& key) {
  return std::to_string(key.id.value());
}

/// One entry a call, not one a key: a million keys would be a million entries.
AuditChange import_entry(const std::vector<ApiKey>& keys) {
  boost::json::object after{{"count", keys.size()}};
  if (keys.empty()) return audit_update("key", "", {}, std::move(after), "import");
  after["first_id"] = keys.front().id.value();
  after["last_id"] = keys.back().id.value();
  return audit_update("key", fmt::format("{}-{}", id_text(keys.front()), id_text(keys.back())), {},
                      std::move(after), "import");
}

}  // namespace

KeyService::KeyService(Parts parts) : parts_(std::move(parts)), hasher_(parts_.pepper) {}

Result<void> KeyService::check_owner(const OwnerRef& owner) {
  const auto* id = std::get_if<UserId>(&owner);
  if (id == nullptr) return {};
  const auto user = parts_.store.users().get(*id);
  if (user) return {};
  if (user.error().code != ErrorCode::kNotFound) return tl::unexpected<Error>(user.error());
  return fail(ErrorCode::kInvalid, fmt::format("user_id: there is no user {}", id->value()));
}

Result<UserId> KeyService::find_or_make_owner(const Actor& actor, const OwnerRef& owner, UtcTime now) {
  if (const auto* id = std::get_if<UserId>(&owner)) return *id;
  const auto& name = std::get<std::string>(owner);
  const auto found = parts_.store.users().find_by_name(name);
  if (found) return found->id;
  if (found.error().code != ErrorCode::kNotFound) return tl::unexpected<Error>(found.error());
  User user;
  user.name = name;
  WEIR_TRY(parts_.audit.change(actor, [&]() -> Result<AuditChange> {
    WEIR_TRY(parts_.store.users().insert(user, now));
    return audit_create("user", std::to_string(user.id.value()), to_json(user));
  }));
  log::info("user created", {{"user_id", user.id.value()}});
  return user.id;
}

Result<KeyWithSecret> KeyService::create(const Actor& actor, NewKey wanted) {
  const std::scoped_lock lock(parts_.changes);
  const UtcTime now = parts_.clock.utc();
  WEIR_TRY(check_owner(wanted.owner));
  WEIR_TRY(check_limits(parts_.limits.current().settings, wanted.key, {}));
  WEIR_TRY_ASSIGN(secret, generate_key(parts_.environment));
  WEIR_TRY_ASSIGN(owner, find_or_make_owner(actor, wanted.owner, now));
  std::vector<ApiKey> keys{std::move(wanted.key)};
  keys[0].user_id = owner;
  keys[0].digest = hasher_.digest(secret);
  keys[0].display = display_form(secret);
  WEIR_TRY(parts_.registry.insert(keys, now, [&] {
    return parts_.audit.record(actor, audit_create("key", id_text(keys[0]), audit_json(keys[0], now)));
  }));
  log::info("key created", {{"key_id", keys[0].id.value()}, {"user_id", owner.value()}});
  return KeyWithSecret{std::move(keys[0]), std::move(secret)};
}

Result<void> KeyService::check_unknown(const std::string& secret, UtcTime now) {
  const EpochGuard guard;
  const auto match = parts_.table.find(secret, now);
  if (!match.id) return {};
  return fail(ErrorCode::kConflict, fmt::format("key: this key exists already, as key {}", match.id.value()));
}

Result<std::vector<ApiKey>> KeyService::import(const Actor& actor, std::vector<NewKey> items) {
  const std::scoped_lock lock(parts_.changes);
  const UtcTime now = parts_.clock.utc();
  const auto settings = parts_.limits.current().settings;
  std::map<KeyDigest, std::size_t> seen;
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto& item = items[i];
    if (classify_key(item.secret) == KeyShape::kMalformed) {
      return in_item(
          i, {ErrorCode::kInvalid,
              fmt::format("key: must be 8 to {} visible ASCII characters without blanks, and one that "
                          "begins like weir's own must have a right checksum",
                          kKeyLengthMax)});
    }
    if (auto known = check_unknown(item.secret, now); !known) return in_item(i, known.error());
    if (auto owner = check_owner(item.owner); !owner) return in_item(i, owner.error());
    if (auto limits = check_limits(settings, item.key, {}); !limits) return in_item(i, limits.error());
    item.key.digest = hasher_.digest(item.secret);
    item.key.display = display_form(item.secret);
    if (const auto [first, is_new] = seen.emplace(item.key.digest, i); !is_new) {
      return in_item(i,
                     {ErrorCode::kConflict, fmt::format("key: is the same as of items[{}]", first->second)});
    }
  }
  std::map<OwnerRef, UserId> owners;
  std::vector<ApiKey> keys;
  keys.reserve(items.size());
  for (auto& item : items) {
    auto owner = owners.find(item.owner);
    if (owner == owners.end()) {
      WEIR_TRY_ASSIGN(id, find_or_make_owner(actor, item.owner, now));
      owner = owners.emplace(item.owner, id).first;
    }
    item.key.user_id = owner->second;
    keys.push_back(std::move(item.key));
  }
  WEIR_TRY(parts_.registry.insert(keys, now, [&] { return parts_.audit.record(actor, import_entry(keys)); }));
  log::info("keys imported", {{"count", keys.size()}});
  return keys;
}

Result<ApiKey> KeyService::get(KeyId id) {
  const std::scoped_lock lock(parts_.changes);
  return parts_.registry.get(id);
}

Result<ApiKey> KeyService::update(const Actor& actor, KeyId id,
                                  const std::function<Result<void>(ApiKey&)>& change) {
  const std::scoped_lock lock(parts_.changes);
  const UtcTime now = parts_.clock.utc();
  settle(now);
  WEIR_TRY_ASSIGN(before, parts_.registry.get(id));
  ApiKey key = before;
  WEIR_TRY(change(key));
  WEIR_TRY(check_limits(parts_.limits.current().settings, key, before));
  WEIR_TRY(parts_.registry.update(key, before, now, [&] {
    return parts_.audit.record(
        actor, audit_update("key", id_text(key), audit_json(before, now), audit_json(key, now)));
  }));
  log::info("key changed", {{"key_id", id.value()}, {"is_active", key.is_active}});
  return key;
}

Result<KeyWithSecret> KeyService::rotate(const Actor& actor, KeyId id, RotationRule rule) {
  const std::scoped_lock lock(parts_.changes);
  const UtcTime now = parts_.clock.utc();
  settle(now);
  WEIR_TRY_ASSIGN(before, parts_.registry.get(id));
  if (before.expires_at && *before.expires_at <= now) {
    return fail(ErrorCode::kConflict, fmt::format("key {} expired at {}: give it a later expires_at first",
                                                  id.value(), to_rfc3339(*before.expires_at)));
  }
  WEIR_TRY_ASSIGN(secret, generate_key(parts_.environment));
  ApiKey key = before;
  key.retired.reset();
  if (rule.grace > Seconds{0}) {
    UtcTime ends_at = now + rule.grace;
    if (key.expires_at) ends_at = std::min(ends_at, *key.expires_at);
    key.retired = RetiredSecret{before.digest, ends_at, rule.ends_on_first_use};
  }
  key.digest = hasher_.digest(secret);
  key.display = display_form(secret);
  WEIR_TRY(parts_.registry.update_secret(key, before, now, [&] {
    return parts_.audit.record(
        actor, audit_update("key", id_text(key), audit_json(before, now), audit_json(key, now), "rotate"));
  }));
  log::info("key rotated", {{"key_id", id.value()}, {"grace_seconds", rule.grace.count()}});
  return KeyWithSecret{std::move(key), std::move(secret)};
}

Result<void> KeyService::remove(const Actor& actor, KeyId id) {
  const std::scoped_lock lock(parts_.changes);
  WEIR_TRY_ASSIGN(key, parts_.registry.get(id));
  WEIR_TRY(parts_.registry.remove(key, [&] {
    return parts_.audit.record(actor, audit_delete("key", id_text(key), audit_json(key, parts_.clock.utc())));
  }));
  log::info("key deleted", {{"key_id", id.value()}});
  return {};
}

void KeyService::settle_rotations() {
  const std::scoped_lock lock(parts_.changes);
  settle(parts_.clock.utc());
}

void KeyService::settle(UtcTime now) {
  if (auto settled = parts_.registry.settle_rotations(now); !settled) {
    log::warn("ended rotations are not stored yet, will be tried again",
              {{"reason", settled.error().detail}});
  }
}

}  // namespace weir
