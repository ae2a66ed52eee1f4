// Counters of one data-plane thread: written by it alone, read by anybody.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "gateway/gateway.h"
#include "gateway/route_labels.h"

namespace weir {

/// A counter with one writer.
class Counter {
 public:
  void add(std::uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) - by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Requests by how long they took.
struct DurationCounters {
  std::array<Counter, kDurationBounds.size() + 1> counts;
  Counter sum_nanos;

  void observe(Nanos duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    std::size_t bucket = 0;
    while (bucket < kDurationBounds.size() && seconds > kDurationBounds[bucket]) ++bucket;
    counts[bucket].add();
    sum_nanos.add(static_cast<std::uint64_t>(duration.count()));
  }

  void add_to(RouteDurations& sum) const {
    for (std::size_t i = 0; i < counts.size(); ++i) sum.counts[i] += counts[i].get();
    sum.sum_seconds += static_cast<double>(sum_nanos.get()) / 1e9;
  }
};

struct WorkerStats {
  std::array<Counter, kOutcomeCount> outcomes;
  std::array<Counter, kWindowsMax> rejections_by_window;
  Counter shadow_limited;
  std::array<DurationCounters, kRouteLabelsMax> durations;  // index: RouteLabel
  Counter open_connections;
  Counter connections_refused;
  Counter records_dropped;
  Counter open_tunnels;
  Counter tunnel_bytes_in;
  Counter tunnel_bytes_out;
  Counter upstream_connects;
  Counter upstream_failures;

  /// All but `durations`, which need the routes' names.
  void add_to(GatewayStats& sum) const {
    for (std::size_t i = 0; i < outcomes.size(); ++i) sum.outcomes[i] += outcomes[i].get();
    for (std::size_t i = 0; i < rejections_by_window.size(); ++i) {
      sum.rejections_by_window[i] += rejections_by_window[i].get();
    }
    sum.shadow_limited += shadow_limited.get();
    sum.open_connections += open_connections.get();
    sum.connections_refused += connections_refused.get();
    sum.records_dropped += records_dropped.get();
    sum.open_tunnels += open_tunnels.get();
    sum.tunnel_bytes_in += tunnel_bytes_in.get();
    sum.tunnel_bytes_out += tunnel_bytes_out.get();
    sum.upstream_connects += upstream_connects.get();
    sum.upstream_failures += upstream_failures.get();
  }
};

}  // namespace weir
