// What routes are called in metrics: a number for the data plane, a name for people.
//
// Thread-safe; the data plane works with numbers alone. A route that was once configured keeps its number
// over reloads, so its counts go on; the names are bounded, for each is a family of time series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

using RouteLabel = std::uint8_t;

/// Requests that found no route, or ended before one was looked for.
inline constexpr RouteLabel kNoRouteLabel = 0;
/// Names there are at most: kNoRouteLabel's, those of routes, and kOtherRouteLabel's.
inline constexpr std::size_t kRouteLabelsMax = 66;
/// Routes beyond the bound share this one.
inline constexpr RouteLabel kOtherRouteLabel = kRouteLabelsMax - 1;

class RouteLabels {
 public:
  /// The number of a route's path.
  [[nodiscard]] RouteLabel number(std::string_view path) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 1; i < paths_.size(); ++i) {
      if (paths_[i] == path) return static_cast<RouteLabel>(i);
    }
    if (paths_.size() >= kOtherRouteLabel) return kOtherRouteLabel;
    paths_.emplace_back(path);
    return static_cast<RouteLabel>(paths_.size() - 1);
  }

  /// By number: "none", then the paths; kOtherRouteLabel ("other") is not among them.
  [[nodiscard]] std::vector<std::string> names() const {
    const std::lock_guard lock(mutex_);
    return paths_;
  }

 private:
  mutable std::mutex mutex_;                   // not held by the data plane
  std::vector<std::string> paths_ = {"none"};  // guarded by mutex_
};

}  // namespace weir
