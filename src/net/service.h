// A small HTTP service: whole requests in, whole answers out, handlers on a pool of threads that may block.
// For the admin API; the gateway streams instead and does not use it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "net/address.h"

namespace weir::net {

struct ServiceRequest {
  std::string method;
  std::string target;  // path and query, as sent
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  IpAddress peer;

  /// The first header of that name, letter case aside.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

/// A body that is made while it is sent: an export larger than memory, or events without an end.
class BodySource {
 public:
  struct Piece {
    std::string data;   // may be empty
    bool last = false;  // the body ends behind it
    Millis pause{0};    // the next one is asked for so much later
  };

  /// On the service's own thread, when the body has ended or the client is gone: must not block.
  virtual ~BodySource() = default;
  /// On a handler thread, one call at a time, and not before what came last is with the client's kernel: so a
  /// slow client slows its own body alone. An error breaks the connection off, so that nobody takes the part
  /// for the whole.
  [[nodiscard]] virtual Result<Piece> next() = 0;
  /// A client that takes nothing for so long is dropped.
  [[nodiscard]] virtual Seconds write_timeout() const { return Seconds{60}; }
};

struct ServiceResponse {
  std::uint16_t status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // without Content-Length, Connection, Date
  std::string body;
  std::shared_ptr<BodySource> source = nullptr;  // instead of `body`
};

using ServiceHandler = std::function<ServiceResponse(ServiceRequest)>;

struct ServiceOptions {
  ListenAddress listen;
  std::size_t handler_threads = 2;
  std::size_t body_bytes_max = 8U << 20;  // 413 beyond
  std::size_t connections_max = 256;      // beyond, the newest is closed
};

/// Runs on one thread of its own plus the pool. stop() ends it after running handlers; the destructor stops
/// too.
class Service {
 public:
  /// Binds and starts. An exception from a handler is answered with 500 and logged. kConflict: address in
  /// use.
  [[nodiscard]] static Result<std::unique_ptr<Service>> start(ServiceOptions options, const Clock& clock,
                                                              ServiceHandler handler);
  virtual ~Service() = default;
  [[nodiscard]] virtual ListenAddress address() const = 0;  // with the port that was given
  virtual void stop() = 0;
};

}  // namespace weir::net
