#include "gateway/active_settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/path_rules.h"

namespace weir {
namespace {

template <class T>
Result<void> check_range(const char* field, T value, T least, T most) {
  if (value >= least && value <= most) return {};
  return fail(ErrorCode::kInvalid, fmt::format("{} is {} to {}, not {}", field, least, most, value));
}

Result<void> check_seconds(const char* field, Seconds value) {
  return check_range<std::int64_t>(field, value.count(), 1, 86400);
}

}  // namespace

Result<TlsContexts> TlsContexts::load(const GatewaySettings& settings) {
  TlsContexts contexts;
  if (settings.tls) {
    WEIR_TRY_ASSIGN(listener, net::TlsContext::server(settings.tls->certificate, settings.tls->key));
    contexts.listener = std::move(listener);
  }
  const bool upstream_tls =
      std::any_of(settings.routes.begin(), settings.routes.end(), [](const auto& route) {
        return std::any_of(route.upstreams.begin(), route.upstreams.end(),
                           [](const auto& to) { return to.tls; });
      });
  if (upstream_tls) {
    WEIR_TRY_ASSIGN(upstream, net::TlsContext::client(settings.upstream_ca_file));
    contexts.upstream = std::move(upstream);
  }
  return contexts;
}

Result<void> validate(const GatewaySettings& settings) {
  if (settings.routes.empty()) {
    return fail(
        ErrorCode::kInvalid,
        "gateway.upstream: no upstream is configured; give --upstream http://HOST:PORT or gateway.upstream");
  }
  for (const auto& route : settings.routes) {
    if (!route.path.starts_with('/') || has_dot_segment(route.path)) {
      return fail(
          ErrorCode::kInvalid,
          fmt::format("gateway.routes: path '{}' does not start with '/' or has dot segments", route.path));
    }
    if (route.upstreams.empty()) {
      return fail(ErrorCode::kInvalid, fmt::format("gateway.routes: '{}' has no upstream", route.path));
    }
    WEIR_TRY(check_seconds("gateway.routes.timeout", route.timeout));
    WEIR_TRY(check_range<std::uint32_t>("gateway.routes.cost", route.cost, 0, 1'000'000));
  }
  const auto& bounds = settings.bounds;
  WEIR_TRY(check_range<std::size_t>("gateway.bounds.head_bytes", bounds.head_bytes, 1U << 10, 1U << 20));
  WEIR_TRY(check_range<std::size_t>("gateway.bounds.header_count", bounds.header_count, 1, net::kHeadersMax));
  WEIR_TRY(check_range<std::size_t>("gateway.bounds.uri_bytes", bounds.uri_bytes, 64, 8U << 10));
  WEIR_TRY(check_seconds("gateway.bounds.head_timeout", bounds.head_timeout));
  WEIR_TRY(check_seconds("gateway.bounds.idle_timeout", bounds.idle_timeout));
  WEIR_TRY(check_seconds("gateway.bounds.body_timeout", bounds.body_timeout));
  WEIR_TRY(check_seconds("gateway.bounds.connect_timeout", bounds.connect_timeout));
  WEIR_TRY(check_seconds("gateway.bounds.pooled_idle", bounds.pooled_idle));
  WEIR_TRY(check_seconds("gateway.bounds.tunnel_idle_timeout", bounds.tunnel_idle_timeout));
  WEIR_TRY(check_range<std::size_t>("gateway.bounds.connections", bounds.connections, 1, 1'000'000));
  return check_range<std::size_t>("gateway.bounds.pooled_connections", bounds.pooled_connections, 0, 65'536);
}

}  // namespace weir
