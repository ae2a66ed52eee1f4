// Prefixes of paths, as routes are given.
#pragma once

#include <string_view>

namespace weir {

/// Prefixes match whole segments: "/v1" matches "/v1" and "/v1/x", not "/v10".
[[nodiscard]] inline bool matches_prefix(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return false;
  return prefix.empty() || prefix.back() == '/' || path.size() == prefix.size() || path[prefix.size()] == '/';
}

/// Whether a route for `prefix` takes `path`. "*" is the server itself (OPTIONS *): the route for everything
/// answers for it.
[[nodiscard]] inline bool matches_route(std::string_view path, std::string_view prefix) {
  return matches_prefix(path, prefix) || (path == "*" && prefix == "/");
}

}  // namespace weir
