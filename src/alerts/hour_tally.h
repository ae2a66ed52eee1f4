// The calls of an hour by key, until they are history.
//
// Not thread-safe. Bounded by the keys of what was added.
#pragma once

#include <cstdint>

#include <boost/unordered/unordered_flat_map.hpp>

#include "alerts/hour_history.h"
#include "alerts/window_delta.h"

namespace weir {

class HourTally {
 public:
  void add(const UsageRecord& record);
  /// Of every key, and of everything.
  [[nodiscard]] HourCounts counts() const;

 private:
  struct Count {
    std::uint32_t calls = 0;
    DistinctBits sources{};
  };
  boost::unordered_flat_map<std::uint32_t, Count> keys_;  // 0: everything
};

}  // namespace weir
