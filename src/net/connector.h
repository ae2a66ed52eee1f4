// Connecting to an upstream: name look-up, TCP or Unix socket, TLS.
#pragma once

#include <memory>

#include "net/address.h"
#include "net/loop.h"
#include "net/stream.h"
#include "net/tls.h"

namespace weir::net {

/// Belongs to one loop. Looked-up names are kept for kNameLifetime.
class Connector {
 public:
  static constexpr Seconds kNameLifetime{30};

  explicit Connector(Loop& loop);
  ~Connector();

  /// Tries the name's addresses in turn until `deadline`. `tls` is used for https addresses. kUnavailable,
  /// kTimeout; the detail names the address.
  [[nodiscard]] Task<Result<Stream>> connect(const UpstreamAddress& address, const TlsContext* tls,
                                             Instant deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::net
