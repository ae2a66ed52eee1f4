// The gateway: carries each request through read_head → identify → admit → forward → respond → record.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/key_usage.h"
#include "gateway/settings.h"
#include "journal/journal.h"
#include "keys/key_table.h"
#include "limits/limiter.h"
#include "model/outcome.h"

namespace weir {

/// What the gateway works with. All outlive it.
struct GatewayParts {
  const Clock& clock;
  KeyTable& keys;
  Limiter& limiter;
  std::vector<Journal*> journals;  // one a data-plane thread: their number is the number of threads
  bool sync_always = false;        // an answer waits until its record is on the disk
  /// Answers GET /.weir/usage, on a helper thread: may block. None: usage cannot be told, 503.
  KeyUsageQuery key_usage = nullptr;
};

/// Upper bounds of weir_http_request_duration_seconds.
inline constexpr std::array<double, 14> kDurationBounds = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                                           0.5,   0.75, 1,     2.5,  5,     7.5, 10};

/// How long requests of a route took.
struct RouteDurations {
  std::string route;  // its path as it is configured; "none", "other": route_labels.h
  std::array<std::uint64_t, kDurationBounds.size() + 1> counts{};  // per bucket, not cumulative; last: +Inf
  double sum_seconds = 0;
};

/// Counters since the start, summed over the threads.
struct GatewayStats {
  std::array<std::uint64_t, kOutcomeCount> outcomes{};
  std::array<std::uint64_t, kWindowsMax> rejections_by_window{};  // by position in the configured windows
  std::uint64_t shadow_limited = 0;
  std::vector<RouteDurations> durations;  // at most kRouteLabelsMax
  std::uint64_t open_connections = 0;
  std::uint64_t connections_refused = 0;  // over the bound
  std::uint64_t records_dropped = 0;      // the journal was full
  std::uint64_t open_tunnels = 0;
  std::uint64_t tunnel_bytes_in = 0;   // from clients, in tunnels; their records do not count them
  std::uint64_t tunnel_bytes_out = 0;  // to clients
  std::uint64_t upstream_connects = 0;
  std::uint64_t upstream_failures = 0;
  bool draining = false;
};

class Gateway {
 public:
  /// Binds, starts one thread a journal, and serves when it returns. kConflict: address in use; kInvalid
  /// names the setting (a certificate that cannot be read, a route without upstream).
  [[nodiscard]] static Result<std::unique_ptr<Gateway>> start(GatewaySettings settings, GatewayParts parts);
  virtual ~Gateway() = default;

  /// Puts settings in force for requests that start after; connections stay. kInvalid leaves the old ones in
  /// force; a changed `listen` is refused (it needs a restart).
  [[nodiscard]] virtual Result<void> reconfigure(GatewaySettings settings) = 0;
  /// Stops accepting, lets requests in flight end within drain_timeout, joins the threads.
  virtual void drain() = 0;
  [[nodiscard]] virtual GatewayStats stats() const = 0;          // any thread
  [[nodiscard]] virtual net::ListenAddress address() const = 0;  // with the port that was given
};

}  // namespace weir
