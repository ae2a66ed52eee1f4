#include "alerts/hour_tally.h"

#include <algorithm>

namespace weir {

void HourTally::add(const UsageRecord& record) {
  const std::uint8_t source = mark_of(source_hash(record.source));
  const auto count = [&](std::uint32_t key) {
    Count& entry = keys_[key];
    ++entry.calls;
    mark(entry.sources, source);
  };
  count(0);
  if (record.key) count(record.key.value());
}

HourCounts HourTally::counts() const {
  HourCounts counts;
  counts.reserve(keys_.size());
  for (const auto& [key, count] : keys_)
    counts.push_back({.key = key, .calls = count.calls, .sources = distinct_count(count.sources)});
  std::sort(counts.begin(), counts.end(),
            [](const KeyHourCount& a, const KeyHourCount& b) { return a.key < b.key; });
  return counts;
}

}  // namespace weir
