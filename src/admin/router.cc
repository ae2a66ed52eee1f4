#include "admin/router.h"

#include <charconv>
#include <optional>

namespace weir {
namespace {

constexpr std::string_view kIdMark = "{id}";

/// The id in `path` when it has the shape of `pattern`; 0 for a pattern without one.
std::optional<std::uint32_t> match_path(std::string_view pattern, std::string_view path) {
  const auto mark = pattern.find(kIdMark);
  if (mark == std::string_view::npos) return pattern == path ? std::optional<std::uint32_t>(0) : std::nullopt;
  const auto before = pattern.substr(0, mark);
  const auto after = pattern.substr(mark + kIdMark.size());
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
    return std::nullopt;
  }
  const auto digits = path.substr(before.size(), path.size() - before.size() - after.size());
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return id;
}

}  // namespace

void Router::add(Route route) {
  routes_.push_back(std::move(route));
}

RouteMatch Router::match(std::string_view method, std::string_view path) const {
  RouteMatch found;
  for (const auto& route : routes_) {
    const auto id = match_path(route.path, path);
    if (!id) continue;
    found.path = route.path;
    found.id = *id;
    if (!found.allow.empty()) found.allow += ", ";
    found.allow += route.method;
    const bool is_get = route.method == "GET";
    if (is_get) found.allow += ", HEAD";
    if (route.method == method || (is_get && method == "HEAD")) found.route = &route;
  }
  return found;
}

}  // namespace weir
