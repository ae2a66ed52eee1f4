#include "usage/usage_names.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::uint32_t kUnknown = UINT32_MAX;

/// A name, or none for what is gone.
template <class Noun>
Result<std::string> name_of(Result<Noun> found) {
  if (found) return std::move(found->name);
  if (found.error().code == ErrorCode::kNotFound) return std::string();
  return tl::unexpected<Error>(std::move(found).error());
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
  std::vector<std::uint32_t> keys;
  KeyFilter filter;
  filter.user_id = user;
  filter.limit = 1000;
  for (;;) {
    WEIR_TRY_ASSIGN(page, store_.keys().list(filter));
    for (const ApiKey& key : page) keys.push_back(key.id.value());
    if (page.size() < filter.limit) return keys;
    filter.after = page.back().id;
  }
}

std::uint32_t UsageNames::user_of(std::uint32_t key) {
  if (key == 0) return 0;
  const std::lock_guard lock(mutex_);
  if (!loaded_) {
    const auto read = store_.keys().for_each([this](const ApiKey& found) {
      users_.resize(std::max<std::size_t>(users_.size(), found.id.value() + 1U), kUnknown);
      users_[found.id.value()] = found.user_id.value();
    });
    loaded_ = read.has_value();
  }
  if (key >= users_.size() || users_[key] == kUnknown) {
    const auto found = store_.keys().get(KeyId(key));
    if (!found && found.error().code != ErrorCode::kNotFound) return 0;  // asked again the next time
    users_.resize(std::max<std::size_t>(users_.size(), key + 1U), kUnknown);
    users_[key] = found ? found->user_id.value() : 0;
  }
  return users_[key];
}

Result<std::string> UsageNames::name(GroupBy group_by, std::uint32_t id) {
  switch (group_by) {
    case GroupBy::kNone:
      return std::string();
    case GroupBy::kKey:
      return id == 0 ? std::string() : name_of(store_.keys().get(KeyId(id)));
    case GroupBy::kUser:
      return id == 0 ? std::string() : name_of(store_.users().get(UserId(id)));
    case GroupBy::kEndpoint:
      return std::string(endpoints_()->name(EndpointId(id)));
    case GroupBy::kStatus:
      return std::to_string(id);
    case GroupBy::kMethod:
      return std::string(to_string(static_cast<Method>(id)));
    case GroupBy::kOutcome:
      return std::string(to_string(static_cast<Outcome>(id)));
  }
  return std::string();
}

}  // namespace weir
