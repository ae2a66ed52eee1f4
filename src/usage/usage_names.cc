#include "usage/usage_names.h"

#include <algorithm>

namespace weir {
namespace {

std::string name_of(GroupBy group_by, std::uint32_t id, const EndpointNames& endpoints) {
  switch (group_by) {
    case GroupBy::kEndpoint:
      return std::string(endpoints.name(EndpointId(id)));
    case GroupBy::kStatus:
      return std::to_string(id);
    case GroupBy::kMethod:
      return std::string(to_string(static_cast<Method>(id)));
    case GroupBy::kOutcome:
      return std::string(to_string(static_cast<Outcome>(id)));
    default:
      return std::string();
  }
}

}  // namespace

Result<std::optional<ScanFilter>> UsageNames::look_up(const UsageFilter& filter) {
  ScanFilter out;
  if (filter.key) out.keys = {filter.key->value()};
  if (filter.user) {
    WEIR_TRY_ASSIGN(keys, keys_of(*filter.user));
    if (filter.key) {
      if (!std::binary_search(keys.begin(), keys.end(), filter.key->value()))
        return std::optional<ScanFilter>();
    } else {
      out.keys = std::move(keys);
      out.user = filter.user->value();
    }
    if (out.keys->empty()) return std::optional<ScanFilter>();
  }
  if (filter.endpoint) {
    EndpointId id;
    if (!endpoints_()->find(*filter.endpoint, id)) return std::optional<ScanFilter>();
    out.endpoint = id.value();
  }
  if (filter.method) {
    const Method method = parse_method(*filter.method);
    if (method == Method::kOther && *filter.method != to_string(Method::kOther))
      return std::optional<ScanFilter>();
    out.method = static_cast<std::uint8_t>(method);
  }
  out.status_min = filter.status_min.value_or(0);
  out.status_max = filter.status_max.value_or(UINT16_MAX);
  return std::optional(std::move(out));
}

Result<std::vector<std::uint32_t>> UsageNames::keys_of(UserId user) {
  WEIR_TRY_ASSIGN(keys, store_.keys().keys_of(user));
  std::vector<std::uint32_t> ids;
  for (const KeyId key : keys) ids.push_back(key.value());
  return ids;
}

Result<std::vector<std::string>> UsageNames::names(GroupBy group_by, std::span<const std::uint32_t> ids) {
  if (group_by == GroupBy::kKey) return store_.keys().names(std::vector<KeyId>(ids.begin(), ids.end()));
  if (group_by == GroupBy::kUser) return store_.users().names(std::vector<UserId>(ids.begin(), ids.end()));
  const SharedEndpointNames endpoints = endpoints_();
  std::vector<std::string> names;
  for (const std::uint32_t id : ids) names.push_back(name_of(group_by, id, *endpoints));
  return names;
}

}  // namespace weir
