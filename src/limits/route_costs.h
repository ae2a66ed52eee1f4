// What calls of the past would take from the windows today: the cost of the route their path has.
//
// Calls are stored without what they cost. Thread-safe once made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class RouteCosts {
 public:
  struct Route {
    std::string path;        // prefix of whole segments
    std::uint32_t cost = 1;  // 0: free
  };

  /// Every call costs 1.
  RouteCosts() = default;
  explicit RouteCosts(std::vector<Route> routes);

  /// By the route with the longest matching prefix, as the gateway finds it; 1 where no route takes the path
  /// any more.
  [[nodiscard]] std::uint32_t of(std::string_view path) const;
  /// False: every call costs 1, whatever its path.
  [[nodiscard]] bool depend_on_path() const { return !routes_.empty(); }

 private:
  std::vector<Route> routes_;  // the longest prefix first; none when all cost 1
};

}  // namespace weir
