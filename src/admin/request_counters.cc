#include "admin/request_counters.h"

#include <algorithm>
#include <array>

#include "admin/metric_families.h"

namespace weir {
namespace {

std::string_view known_method(std::string_view method) {
  constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  return std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end() ? "other" : method;
}

}  // namespace

void RequestCounters::count(std::string_view endpoint, std::string_view method, std::uint16_t status) {
  const std::scoped_lock lock(mutex_);
  ++counts_[{std::string(endpoint.empty() ? "other" : endpoint), std::string(known_method(method)), status}];
}

prometheus::MetricFamily RequestCounters::family() const {
  std::vector<MetricSample> samples;
  const std::scoped_lock lock(mutex_);
  for (const auto& [labels, count] : counts_) {
    const auto& [endpoint, method, status] = labels;
    samples.push_back({{{"endpoint", endpoint}, {"method", method}, {"status", std::to_string(status)}},
                       static_cast<double>(count)});
  }
  return counter_family("weir_admin_requests_total", "Requests the admin API answered.", std::move(samples));
}

}  // namespace weir
