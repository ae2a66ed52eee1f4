// How long what opens the admin side lasts, and whose word about the client is taken.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"

namespace weir {

struct AccessSettings {
  /// Proxies whose X-Forwarded-For and -Proto are believed. A Unix socket's are always: who may connect to
  /// it, its file says.
  std::vector<IpNetwork> trusted_proxies;
  Seconds session_idle{3600};                                 // a session ends so long after its last call
  Seconds session_lifetime{12 * 3600};                        // and so long after the sign-in at the latest
  std::optional<Seconds> audit_retention{730LL * 24 * 3600};  // none: for ever
};

}  // namespace weir
