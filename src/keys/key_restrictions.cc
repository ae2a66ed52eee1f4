#include <algorithm>

#include "keys/key_table.h"

namespace weir {
namespace {

bool covers(std::string_view prefix, std::string_view path) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!path.starts_with(prefix)) return false;
  return path.size() == prefix.size() || path[prefix.size()] == '/';
}

}  // namespace

bool KeyRestrictions::allow(std::string_view path, const IpAddress& source) const {
  const bool route =
      routes.empty() || std::any_of(routes.begin(), routes.end(),
                                    [&](const std::string& prefix) { return covers(prefix, path); });
  return route && allow_source(source);
}

bool KeyRestrictions::allow_source(const IpAddress& source) const {
  return networks.empty() || std::any_of(networks.begin(), networks.end(),
                                         [&](const IpNetwork& network) { return network.contains(source); });
}

}  // namespace weir
