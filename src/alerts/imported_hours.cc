#include "alerts/imported_hours.h"

#include <algorithm>

namespace weir {

void ImportedHours::add(const UsageRecord& record) {
  const AlertHour hour = std::chrono::floor<std::chrono::hours>(record.at).time_since_epoch().count();
  if (last_ == nullptr || hour != last_hour_) {
    last_hour_ = hour;
    last_ = &hours_[hour];
  }
  const std::uint64_t source = source_hash(record.source);
  const auto count = [&](std::uint32_t key) {
    Count& entry = (*last_)[key];
    ++entry.calls;
    mark(entry.sources, source);
  };
  count(0);
  if (record.key) count(record.key.value());
}

void ImportedHours::merge(HourHistory& history, AlertHour from) {
  for (const auto& [hour, keys] : hours_) {
    if (hour < from) continue;
    std::map<std::uint32_t, KeyHourCount> merged;
    for (const KeyHourCount& held : history.find(hour).value_or(HourCounts())) merged[held.key] = held;
    for (const auto& [key, count] : keys) {
      KeyHourCount& entry = merged[key];
      entry.key = key;
      entry.calls += count.calls;
      entry.sources = std::max(entry.sources, distinct_count(count.sources));
    }
    HourCounts counts;
    counts.reserve(merged.size());
    for (const auto& [key, entry] : merged) counts.push_back(entry);
    history.put(hour, counts);
  }
  hours_.clear();
  last_ = nullptr;
}

}  // namespace weir
