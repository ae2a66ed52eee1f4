// What a run of records adds to each key.
//
// Not thread-safe. Bounded by the number of keys.
#pragma once

#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "model/usage_record.h"
#include "store/pipeline_store.h"

namespace weir {

class KeyDeltas {
 public:
  /// Counts a call; one without a key counts for nobody. A refused call counts like any other.
  void add(const UsageRecord& record);
  [[nodiscard]] bool empty() const { return by_key_.empty(); }
  void clear() { by_key_.clear(); }
  /// In order of key, as the store's tree likes them.
  [[nodiscard]] const std::vector<KeyUsageDelta>& sorted();

 private:
  boost::unordered_flat_map<std::uint32_t, KeyUsageDelta> by_key_;
  std::vector<KeyUsageDelta> sorted_;
};

}  // namespace weir
