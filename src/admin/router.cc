#include "admin/router.h"

#include <cctype>
#include <charconv>
#include <optional>

namespace weir {
namespace {

constexpr std::string_view kIdMark = "{id}";
constexpr std::string_view kNameMark = "{name}";

struct PathValues {
  std::uint32_t id = 0;
  std::string_view name;
};

/// What stands in `path` where `pattern` has `mark`; nothing when they differ elsewhere.
std::optional<std::string_view> value_at(std::string_view mark, std::string_view pattern,
                                         std::string_view path) {
  const auto at = pattern.find(mark);
  const auto before = pattern.substr(0, at);
  const auto after = pattern.substr(at + mark.size());
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
    return std::nullopt;
  }
  return path.substr(before.size(), path.size() - before.size() - after.size());
}

/// What `path` has in the places `pattern` leaves open; a pattern has at most one.
std::optional<PathValues> match_path(std::string_view pattern, std::string_view path) {
  PathValues values;
  if (pattern.find(kIdMark) != std::string_view::npos) {
    const auto digits = value_at(kIdMark, pattern, path);
    if (!digits) return std::nullopt;
    const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), values.id);
    if (error != std::errc{} || end != digits->data() + digits->size()) return std::nullopt;
    return values;
  }
  if (pattern.find(kNameMark) != std::string_view::npos) {
    const auto name = value_at(kNameMark, pattern, path);
    if (!name) return std::nullopt;
    for (const char c : *name) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_') return std::nullopt;
    }
    values.name = *name;
    return values;
  }
  return pattern == path ? std::optional<PathValues>(values) : std::nullopt;
}

}  // namespace

void Router::add(Route route) {
  routes_.push_back(std::move(route));
}

RouteMatch Router::match(std::string_view method, std::string_view path) const {
  RouteMatch found;
  for (const auto& route : routes_) {
    const auto values = match_path(route.path, path);
    if (!values) continue;
    found.path = route.path;
    found.id = values->id;
    found.name = values->name;
    if (!found.allow.empty()) found.allow += ", ";
    found.allow += route.method;
    const bool is_get = route.method == "GET";
    if (is_get) found.allow += ", HEAD";
    if (route.method == method || (is_get && method == "HEAD")) found.route = &route;
  }
  return found;
}

}  // namespace weir
