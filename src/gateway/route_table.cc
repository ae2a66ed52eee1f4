#include "gateway/route_table.h"

#include <algorithm>

#include "base/path_prefix.h"

namespace weir {

Upstream::Upstream(net::UpstreamAddress address, const GatewayBounds& bounds)
    : address_(std::move(address)),
      host_header_(address_.host_header()),
      pool_(bounds.pooled_connections, bounds.pooled_idle) {}

void Upstream::failed(Instant now) {
  const auto pause = std::min(kDownFirst * (1 << std::min(failures_, 5U)), kDownMost);
  ++failures_;
  down_until_ = now + pause;
}

Route::Route(const RouteSettings& settings, const GatewayBounds& bounds)
    : path_(settings.path), timeout_(settings.timeout), cost_(settings.cost), label_(settings.label) {
  for (const auto& address : settings.upstreams)
    upstreams_.push_back(std::make_unique<Upstream>(address, bounds));
}

Upstream& Route::next_upstream(Instant now) {
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    Upstream& candidate = *upstreams_[(turn_ + i) % upstreams_.size()];
    if (candidate.is_down(now)) continue;
    turn_ = (turn_ + i + 1) % upstreams_.size();
    return candidate;
  }
  turn_ = (turn_ + 1) % upstreams_.size();
  return *upstreams_[turn_];
}

RouteTable::RouteTable(const GatewaySettings& settings) {
  for (const auto& route : settings.routes)
    routes_.push_back(std::make_unique<Route>(route, settings.bounds));
  std::stable_sort(routes_.begin(), routes_.end(),
                   [](const auto& a, const auto& b) { return a->path().size() > b->path().size(); });
}

Route* RouteTable::find(std::string_view path) {
  for (const auto& route : routes_) {
    if (matches_route(path, route->path())) return route.get();
  }
  return nullptr;
}

}  // namespace weir
