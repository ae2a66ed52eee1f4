// A listening socket of one loop.
#pragma once

#include <functional>
#include <memory>

#include "base/file.h"
#include "base/result.h"
#include "net/address.h"
#include "net/loop.h"

namespace weir::net {

/// A bound, listening, non-blocking socket. A stale Unix socket nobody answers on is replaced.
/// kConflict: in use, by this process too. kInvalid: not ours to bind.
[[nodiscard]] Result<UniqueFd> listen_on(const ListenAddress& address);

/// Another socket on a TCP address this process listens on already, for another loop: the system spreads
/// connections over them (SO_REUSEPORT). For other kinds `duplicate`.
[[nodiscard]] Result<UniqueFd> listen_beside(const ListenAddress& address);

/// Another handle of the same socket, for another loop.
[[nodiscard]] Result<UniqueFd> duplicate(const UniqueFd& socket);

/// The address a socket is bound to, with the port the system chose.
[[nodiscard]] ListenAddress bound_address(const UniqueFd& socket, const ListenAddress& asked);

/// Accepts on the loop's thread until closed. Out of descriptors: waits a little and goes on; logged.
class Listener {
 public:
  using OnAccept = std::function<void(UniqueFd)>;
  Listener(Loop& loop, UniqueFd socket, OnAccept on_accept);
  ~Listener();  // on the loop's thread
  void close();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace weir::net
