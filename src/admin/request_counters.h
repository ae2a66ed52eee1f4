// How many requests the admin side answered, for its metrics.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include <prometheus/metric_family.h>

namespace weir {

/// Thread-safe. Bounded: endpoints are those of the router, methods and statuses those it answers.
class RequestCounters {
 public:
  /// `endpoint`: the route's path, empty when there is none; `method`: as sent, others than the API's own are
  /// counted as "other".
  void count(std::string_view endpoint, std::string_view method, std::uint16_t status);
  [[nodiscard]] prometheus::MetricFamily family() const;

 private:
  mutable std::mutex mutex_;  // never held across I/O
  std::map<std::tuple<std::string, std::string, std::uint16_t>, std::uint64_t> counts_;
};

}  // namespace weir
