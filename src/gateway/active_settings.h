// Settings made ready for one data-plane thread.
#pragma once

#include <memory>

#include "base/result.h"
#include "gateway/route_table.h"
#include "gateway/settings.h"
#include "net/http_head.h"
#include "net/tls.h"

namespace weir {

/// What threads share: read from files once, immutable.
struct TlsContexts {
  std::shared_ptr<const net::TlsContext> listener;  // none: plain
  std::shared_ptr<const net::TlsContext> upstream;  // none: no upstream needs it

  [[nodiscard]] static Result<TlsContexts> load(const GatewaySettings& settings);
};

/// Held by every request that began under it: a reload changes no request in flight.
struct ActiveSettings {
  ActiveSettings(const GatewaySettings& from, TlsContexts contexts)
      : settings(from),
        tls(std::move(contexts)),
        routes(from),
        head_limits{from.bounds.head_bytes, from.bounds.header_count, from.bounds.uri_bytes} {}

  GatewaySettings settings;
  TlsContexts tls;
  RouteTable routes;
  net::HeadLimits head_limits;
};

/// kInvalid names the setting: a route without upstream or with a bad path, bounds out of range.
[[nodiscard]] Result<void> validate(const GatewaySettings& settings);

}  // namespace weir
