// The endpoints' names at one moment.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "model/ids.h"

namespace weir {

/// What is counted together because it has no name of its own: EndpointId 0.
inline constexpr std::string_view kOtherEndpoints = "(other)";

/// Immutable: any thread. Names are never changed or taken away, so a newer one only knows more.
class EndpointNames {
 public:
  /// `names[i]` is that of id i + 1.
  explicit EndpointNames(std::vector<std::string> names);
  EndpointNames(const EndpointNames&) = delete;
  EndpointNames& operator=(const EndpointNames&) = delete;

  /// "(other)" for 0 and for ids not known here.
  [[nodiscard]] std::string_view name(EndpointId id) const;
  /// The id of a name; 0 for "(other)". False when there is no such name.
  [[nodiscard]] bool find(std::string_view name, EndpointId& id) const;
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;
  boost::unordered_flat_map<std::string_view, EndpointId> ids_;
};
using SharedEndpointNames = std::shared_ptr<const EndpointNames>;

}  // namespace weir
