#include "admin/key_json.h"

#include <fmt/format.h>

#include "admin/expiry_fields.h"
#include "admin/limit_json.h"

namespace weir {
namespace {

constexpr std::size_t kRoutesMax = 100;
constexpr std::size_t kRouteLengthMax = 1024;
constexpr std::size_t kNetworksMax = 100;

boost::json::value time_or_null(const std::optional<UtcTime>& time) {
  if (!time) return nullptr;
  return boost::json::value(to_rfc3339(*time));
}

boost::json::value rotation_to_json(const ApiKey& key, UtcTime now) {
  if (!key.retired || key.retired->ends_at <= now) return nullptr;
  return {{"ends_at", to_rfc3339(key.retired->ends_at)},
          {"ends_on_first_use", key.retired->ends_on_first_use}};
}

void read_routes(ObjectReader& reader, ApiKey& key) {
  if (reader.is_null("allowed_routes")) {
    key.allowed_routes.clear();
    return;
  }
  auto routes = reader.texts("allowed_routes", kRoutesMax, {.min = 1, .max = kRouteLengthMax});
  if (!routes) return;
  for (std::size_t i = 0; i < routes->size(); ++i) {
    const auto& route = (*routes)[i];
    if (route.starts_with('/') && route.find_first_of("?# ") == std::string::npos) continue;
    reader.problem(
        fmt::format("allowed_routes[{}]", i),
        fmt::format("must be a path that starts with / and has no query, but is '{}'", route.substr(0, 64)));
  }
  key.allowed_routes = std::move(*routes);
}

void read_networks(ObjectReader& reader, ApiKey& key) {
  if (reader.is_null("allowed_networks")) {
    key.allowed_networks.clear();
    return;
  }
  const auto texts = reader.texts("allowed_networks", kNetworksMax, {.min = 1, .max = 64});
  if (!texts) return;
  key.allowed_networks.clear();
  for (std::size_t i = 0; i < texts->size(); ++i) {
    if (auto network = IpNetwork::parse((*texts)[i]))
      key.allowed_networks.push_back(*network);
    else
      reader.problem(fmt::format("allowed_networks[{}]", i), network.error().detail);
  }
}

}  // namespace

boost::json::object to_json(const ApiKey& key, UtcTime now) {
  boost::json::array networks;
  for (const auto& network : key.allowed_networks) networks.emplace_back(network.to_string());
  boost::json::object out;
  out.reserve(18);
  out["id"] = key.id.value();
  out["user_id"] = key.user_id.value();
  out["name"] = key.name;
  out["description"] = key.description;
  out["key"] = key.display;
  out["is_active"] = key.is_active;
  out["usage_count"] = key.usage_count;
  out["last_used"] = time_or_null(key.last_used);
  out["created_at"] = to_rfc3339(key.created_at);
  out["updated_at"] = to_rfc3339(key.updated_at);
  out["expires_at"] = time_or_null(key.expires_at);
  if (key.plan.empty())
    out["plan"] = nullptr;
  else
    out["plan"] = key.plan;
  out["limits"] = overrides_to_json(key.limits);
  out["allowed_routes"] = boost::json::array(key.allowed_routes.begin(), key.allowed_routes.end());
  out["allowed_networks"] = std::move(networks);
  out["rotation"] = rotation_to_json(key, now);
  return out;
}

void read_key_fields(ObjectReader& reader, ApiKey& key, UtcTime now) {
  if (auto name = reader.text("name", {.min = 1, .max = 100})) key.name = std::move(*name);
  if (reader.is_null("description"))
    key.description.clear();
  else if (auto text = reader.text("description", {.min = 0, .max = 1000, .lines = true}))
    key.description = *text;
  if (const auto active = reader.flag("is_active")) key.is_active = *active;
  read_expiry(reader, key.expires_at, now);
  if (reader.is_null("plan"))
    key.plan.clear();
  else if (auto plan = reader.text("plan", {.min = 1, .max = 100}))
    key.plan = std::move(*plan);
  if (reader.is_null("limits"))
    key.limits.clear();
  else if (auto limits = read_overrides(reader, "limits"))
    key.limits = std::move(*limits);
  read_routes(reader, key);
  read_networks(reader, key);
}

}  // namespace weir
