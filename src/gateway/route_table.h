// Which upstream answers for a path, as one data-plane thread sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "gateway/settings.h"
#include "net/connection_pool.h"

namespace weir {

/// One upstream server, its idle connections and its passive health. Belongs to one thread.
class Upstream {
 public:
  /// A failed upstream is left alone for kDownFirst, then twice as long each time, up to kDownMost.
  static constexpr Seconds kDownFirst{1};
  static constexpr Seconds kDownMost{30};

  Upstream(net::UpstreamAddress address, const GatewayBounds& bounds);

  [[nodiscard]] const net::UpstreamAddress& address() const { return address_; }
  [[nodiscard]] const std::string& host_header() const { return host_header_; }
  [[nodiscard]] net::ConnectionPool& pool() { return pool_; }

  [[nodiscard]] bool is_down(Instant now) const { return now < down_until_; }
  void failed(Instant now);
  void succeeded() { failures_ = 0; }

 private:
  net::UpstreamAddress address_;
  std::string host_header_;
  net::ConnectionPool pool_;
  unsigned failures_ = 0;
  Instant down_until_{};
};

/// A path prefix and its upstreams.
class Route {
 public:
  Route(const RouteSettings& settings, const GatewayBounds& bounds);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Seconds timeout() const { return timeout_; }
  [[nodiscard]] std::uint32_t cost() const { return cost_; }
  [[nodiscard]] RouteLabel label() const { return label_; }
  [[nodiscard]] std::size_t upstream_count() const { return upstreams_.size(); }

  /// The next upstream in turn, those that are down last.
  [[nodiscard]] Upstream& next_upstream(Instant now);

 private:
  std::string path_;
  Seconds timeout_;
  std::uint32_t cost_;
  RouteLabel label_;
  std::vector<std::unique_ptr<Upstream>> upstreams_;
  std::size_t turn_ = 0;
};

class RouteTable {
 public:
  explicit RouteTable(const GatewaySettings& settings);
  /// The route with the longest matching prefix, or none.
  [[nodiscard]] Route* find(std::string_view path);

 private:
  std::vector<std::unique_ptr<Route>> routes_;  // longest prefix first
};

}  // namespace weir
