// What the gateway is told: where it listens, where it forwards to, and its bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "gateway/route_labels.h"
#include "net/address.h"

namespace weir {

struct TlsFiles {
  std::string certificate;  // PEM chain
  std::string key;          // PEM
};

/// One path prefix and who answers for it. The longest matching prefix wins; prefixes match whole segments.
struct RouteSettings {
  std::string path = "/";
  std::vector<net::UpstreamAddress> upstreams;  // round robin among the healthy
  Seconds timeout{60};                          // without a byte from the upstream: 504
  std::uint32_t cost = 1;                       // taken from every window; 0: free
  RouteLabel label = kNoRouteLabel;             // given by the gateway when the settings come into force
};

/// Defaults are documented in docs/configuration.md; what happens at each bound is answered, recorded,
/// counted.
struct GatewayBounds {
  std::size_t head_bytes = 32U << 10;    // 431
  std::size_t header_count = 100;        // 431
  std::size_t uri_bytes = 8U << 10;      // 414
  std::uint64_t body_bytes = 0;          // 413; 0: no bound
  Seconds head_timeout{10};              // 408: from a request's first byte to the end of its head
  Seconds idle_timeout{75};              // between requests: closed
  Seconds body_timeout{60};              // without a byte of the request's body: 408
  Seconds connect_timeout{5};            // to an upstream: 502
  Seconds tunnel_idle_timeout{3600};     // an upgraded connection without a byte either way: closed
  std::size_t connections = 20'000;      // all threads together: beyond, 503 and closed
  std::size_t pooled_connections = 256;  // idle, to one upstream, a thread
  Seconds pooled_idle{50};               // an idle upstream connection is closed after
};

struct GatewaySettings {
  net::ListenAddress listen;
  std::optional<TlsFiles> tls;
  std::vector<RouteSettings> routes;
  std::vector<IpNetwork> trusted_proxies;  // whose X-Forwarded-For is believed
  bool forward_api_key = false;            // pass X-API-Key on to the upstream
  bool self_usage = true;                  // GET /.weir/usage tells a consumer its own usage
  bool ietf_headers = false;               // RateLimit and RateLimit-Policy beside X-RateLimit-*
  std::string upstream_ca_file;            // PEM; empty: the system's
  GatewayBounds bounds;
  Seconds drain_timeout{30};  // after SIGTERM, for requests in flight
};

}  // namespace weir
