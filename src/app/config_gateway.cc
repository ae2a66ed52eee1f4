#include <set>

#include "app/config_sections.h"

namespace weir {
namespace {

using std::chrono::hours;

// Upper ends of what can be configured: beyond, a setting is more likely a slip than a wish.
constexpr std::uint32_t kThreadsMax = 1024;
constexpr std::uint32_t kCostMax = 1'000'000;
constexpr std::uint64_t kBodyBytesMax = 1ULL << 40;

Result<net::UpstreamAddress> parse_upstream(const std::string& url) {
  return net::UpstreamAddress::parse(url);
}
Result<net::ListenAddress> parse_listen(const std::string& text) {
  return net::ListenAddress::parse(text);
}
Result<IpNetwork> parse_network(const std::string& text) {
  return IpNetwork::parse(text);
}

Result<std::string> parse_route_path(const std::string& path) {
  if (path.empty() || path[0] != '/' || path.size() > 1024 || path.find_first_of("?#") != std::string::npos) {
    return fail(ErrorCode::kInvalid, fmt::format("is a path that starts with /, without query, not '{}'",
                                                 std::string_view(path).substr(0, 64)));
  }
  return path;
}

void read_route(ConfigSection& section, RouteSettings& route) {
  section.parsed("path", route.path, parse_route_path);
  section.parsed_list("upstreams", route.upstreams, parse_upstream);
  section.parsed_list("upstream", route.upstreams, parse_upstream);
  section.duration("timeout", route.timeout, Seconds(1), hours(24));
  section.integer<std::uint32_t>("cost", route.cost, 0, kCostMax);
  if (!section.has("path")) section.problem(section.line(), "gateway.routes: a route needs its path");
  if (section.has("upstream") == section.has("upstreams")) {
    section.problem(section.line(), "gateway.routes: a route needs either upstream or upstreams");
  }
}

void read_routes(ConfigSection& section, std::vector<RouteSettings>& routes) {
  std::set<std::string> paths;
  const auto add = [&](RouteSettings route, int line) {
    if (!paths.insert(route.path).second) {
      section.problem(line,
                      fmt::format("gateway.routes: there is a route for {} already{}", route.path,
                                  section.has("upstream") ? " (gateway.upstream is the route for /)" : ""));
      return;
    }
    routes.push_back(std::move(route));
  };
  if (section.has("upstream")) {
    RouteSettings root;
    section.parsed_list("upstream", root.upstreams, parse_upstream);
    add(std::move(root), section.line_of("upstream"));
  }
  section.each_map("routes", [&](ConfigSection& item) {
    RouteSettings route;
    read_route(item, route);
    if (item.has("path")) add(std::move(route), item.line());
  });
}

void read_bounds(ConfigSection& section, GatewayBounds& bounds) {
  section.size("head_bytes", bounds.head_bytes, 1U << 10, 1U << 20);
  section.integer<std::size_t>("header_count", bounds.header_count, 10, 1000);
  section.size("uri_bytes", bounds.uri_bytes, 256, 64U << 10);
  section.size("body_bytes", bounds.body_bytes, 0, kBodyBytesMax);
  section.duration("head_timeout", bounds.head_timeout, Seconds(1), hours(1));
  section.duration("idle_timeout", bounds.idle_timeout, Seconds(1), hours(24));
  section.duration("body_timeout", bounds.body_timeout, Seconds(1), hours(24));
  section.duration("connect_timeout", bounds.connect_timeout, Seconds(1), hours(1));
  section.integer<std::size_t>("connections", bounds.connections, 1, 1'000'000);
  section.integer<std::size_t>("pooled_connections", bounds.pooled_connections, 0, 65'536);
  section.duration("pooled_idle", bounds.pooled_idle, Seconds(1), hours(1));
}

}  // namespace

void read_gateway(ConfigSection& section, Config& config) {
  GatewaySettings& gateway = config.gateway;
  section.parsed("listen", gateway.listen, parse_listen);
  section.child("tls", [&](ConfigSection& tls) {
    gateway.tls.emplace();
    tls.text("certificate", gateway.tls->certificate);
    tls.text("key", gateway.tls->key);
    for (const auto* field : {"certificate", "key"}) {
      if (!tls.has(field))
        tls.problem(tls.line(), fmt::format("gateway.tls.{}: the path of a PEM file is needed", field));
    }
  });
  read_routes(section, gateway.routes);
  section.parsed_list("trusted_proxies", gateway.trusted_proxies, parse_network);
  section.flag("forward_api_key", gateway.forward_api_key);
  section.flag("self_usage", gateway.self_usage);
  section.flag("ietf_headers", gateway.ietf_headers);
  section.text("upstream_ca_file", gateway.upstream_ca_file);
  section.child("bounds", [&](ConfigSection& bounds) { read_bounds(bounds, gateway.bounds); });
  section.duration("drain_timeout", gateway.drain_timeout, Seconds(0), hours(1));
  section.integer<std::uint32_t>("threads", config.threads, 1, kThreadsMax);
}

}  // namespace weir
