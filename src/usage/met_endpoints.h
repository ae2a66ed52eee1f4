// What an import has shown of endpoints since names were last settled, and where in it: calls behind that
// which show nothing have the name, too.
//
// Not thread-safe. Positions decide, not moments: the same calls read again find the same names.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "model/ids.h"
#include "model/journal_position.h"

namespace weir {

class MetEndpoints {
 public:
  /// A call that ends at `at` shows that the endpoint is there.
  void meet(EndpointId id, JournalPosition at) { at_.try_emplace(id.value(), at); }
  /// Whether one before `at` did.
  [[nodiscard]] bool knows(EndpointId id, JournalPosition at) const {
    const auto found = at_.find(id.value());
    return found != at_.end() && found->second < at;
  }

 private:
  boost::unordered_flat_map<EndpointId::Value, JournalPosition> at_;
};

}  // namespace weir
