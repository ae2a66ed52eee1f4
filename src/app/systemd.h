// The two protocols of systemd a service speaks, without its library: readiness notices and inherited
// sockets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/config.h"
#include "net/address.h"

namespace weir {

/// Sends one notice ("READY=1", "STOPPING=1", "STATUS=…") to the socket of NOTIFY_SOCKET (sd_notify(3));
/// nothing without one.
void notify_systemd(std::string_view state);

/// "RELOADING=1" with the clock value Type=notify-reload wants.
void notify_reloading();

/// Sockets handed over by systemd (sd_listen_fds(3)): descriptors from 3 on.
struct InheritedSockets {
  std::optional<net::ListenAddress> gateway;
  std::optional<net::ListenAddress> admin;
};

/// Reads LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES. The socket named "admin" is the admin API's, the first
/// other one the gateway's. kInvalid when there are more than these two.
[[nodiscard]] Result<InheritedSockets> inherited_sockets(const EnvironmentLookup& environment, int pid);

}  // namespace weir
