#include "limits/route_costs.h"

#include <algorithm>
#include <utility>

#include "base/path_prefix.h"

namespace weir {

RouteCosts::RouteCosts(std::vector<Route> routes) {
  if (std::all_of(routes.begin(), routes.end(), [](const Route& route) { return route.cost == 1; })) return;
  routes_ = std::move(routes);
  std::stable_sort(routes_.begin(), routes_.end(),
                   [](const Route& a, const Route& b) { return a.path.size() > b.path.size(); });
}

std::uint32_t RouteCosts::of(std::string_view path) const {
  const auto found = std::find_if(routes_.begin(), routes_.end(),
                                  [path](const Route& route) { return matches_route(path, route.path); });
  return found == routes_.end() ? 1 : found->cost;
}

}  // namespace weir
