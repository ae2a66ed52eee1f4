#include "store/key_row.h"

#include <fmt/format.h>

#include "store/key_fields.h"

namespace weir {
namespace {

long long micros(UtcTime time) {
  return time.time_since_epoch().count();
}
UtcTime time_of(long long micros) {
  return UtcTime(Micros(micros));
}

}  // namespace

KeyRow KeyRow::of(const ApiKey& key) {
  KeyRow row;
  row.id = key.id.value();
  row.user_id = key.user_id.value();
  row.name = key.name;
  row.description = key.description;
  row.display = key.display;
  row.digest = encode_digest(key.digest);
  if (key.retired) {
    row.retired_digest = encode_digest(key.retired->digest);
    row.retired_ends_at = micros(key.retired->ends_at);
    row.retired_ends_on_use = key.retired->ends_on_first_use ? 1 : 0;
  }
  row.is_active = key.is_active ? 1 : 0;
  if (key.expires_at) {
    row.has_expiry = 1;
    row.expires_at = micros(*key.expires_at);
  }
  row.plan = key.plan;
  row.limits = encode_limits(key.limits);
  row.allowed_routes = encode_routes(key.allowed_routes);
  row.allowed_networks = encode_networks(key.allowed_networks);
  row.created_at = micros(key.created_at);
  row.updated_at = micros(key.updated_at);
  return row;
}

Result<void> KeyRow::to(ApiKey& key) const {
  const auto damaged = [&] {
    return fail(ErrorCode::kCorrupt, fmt::format("the stored key {} cannot be read", id));
  };
  key.id = KeyId(static_cast<KeyId::Value>(id));
  key.user_id = UserId(static_cast<UserId::Value>(user_id));
  key.name = name;
  key.description = description;
  key.display = display;
  if (!decode_digest(digest, key.digest)) return damaged();
  key.retired.reset();
  if (!retired_digest.empty()) {
    key.retired.emplace();
    if (!decode_digest(retired_digest, key.retired->digest)) return damaged();
    key.retired->ends_at = time_of(retired_ends_at);
    key.retired->ends_on_first_use = retired_ends_on_use != 0;
  }
  key.is_active = is_active != 0;
  key.expires_at = has_expiry != 0 ? std::optional(time_of(expires_at)) : std::nullopt;
  key.plan = plan;
  key.limits.clear();
  key.allowed_routes.clear();
  key.allowed_networks.clear();
  if (!limits.empty()) {
    auto decoded = decode_limits(limits);
    if (!decoded) return damaged();
    key.limits = std::move(*decoded);
  }
  if (!allowed_routes.empty()) {
    auto decoded = decode_routes(allowed_routes);
    if (!decoded) return damaged();
    key.allowed_routes = std::move(*decoded);
  }
  if (!allowed_networks.empty()) {
    auto decoded = decode_networks(allowed_networks);
    if (!decoded) return damaged();
    key.allowed_networks = std::move(*decoded);
  }
  key.usage_count = static_cast<std::uint64_t>(calls);
  key.last_used = calls > 0 ? std::optional(time_of(last_used)) : std::nullopt;
  key.created_at = time_of(created_at);
  key.updated_at = time_of(updated_at);
  return {};
}

}  // namespace weir
