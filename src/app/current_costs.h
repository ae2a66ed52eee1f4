// The costs of the gateway's routes in force, for whoever replays limits. Thread-safe.
#pragma once

#include <mutex>

#include "gateway/settings.h"
#include "limits/route_costs.h"

namespace weir {

class CurrentCosts {
 public:
  explicit CurrentCosts(const GatewaySettings& settings) : costs_(costs_of(settings)) {}

  void set(const GatewaySettings& settings) {
    RouteCosts costs = costs_of(settings);
    const std::lock_guard lock(mutex_);
    costs_ = std::move(costs);
  }
  [[nodiscard]] RouteCosts get() const {
    const std::lock_guard lock(mutex_);
    return costs_;
  }

 private:
  static RouteCosts costs_of(const GatewaySettings& settings) {
    std::vector<RouteCosts::Route> routes;
    for (const RouteSettings& route : settings.routes)
      routes.push_back({.path = route.path, .cost = route.cost});
    return RouteCosts(std::move(routes));
  }

  mutable std::mutex mutex_;
  RouteCosts costs_;  // guarded by mutex_
};

}  // namespace weir
