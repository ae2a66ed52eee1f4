#include "pipeline/key_deltas.h"

#include <algorithm>

namespace weir {

void KeyDeltas::add(const UsageRecord& record) {
  if (!record.key) return;
  KeyUsageDelta& delta = by_key_[record.key.value()];
  delta.last_used = delta.calls == 0 ? record.at : std::max(delta.last_used, record.at);
  delta.key = record.key;
  ++delta.calls;
}

const std::vector<KeyUsageDelta>& KeyDeltas::sorted() {
  sorted_.clear();
  for (const auto& [key, delta] : by_key_) sorted_.push_back(delta);
  std::sort(sorted_.begin(), sorted_.end(),
            [](const KeyUsageDelta& a, const KeyUsageDelta& b) { return a.key < b.key; });
  return sorted_;
}

}  // namespace weir
