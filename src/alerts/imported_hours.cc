#include "alerts/imported_hours.h"

#include <algorithm>

namespace weir {

void ImportedHours::add(const UsageRecord& record) {
  const AlertHour hour = std::chrono::floor<std::chrono::hours>(record.at).time_since_epoch().count();
  if (last_ == nullptr || hour != last_hour_) {
    last_hour_ = hour;
    last_ = &hours_[hour];
  }
  last_->add(record);
}

void ImportedHours::merge(HourHistory& history, AlertHour from) {
  for (const auto& [hour, tally] : hours_) {
    if (hour < from) continue;
    std::map<std::uint32_t, KeyHourCount> merged;
    for (const KeyHourCount& held : history.find(hour).value_or(HourCounts())) merged[held.key] = held;
    for (const KeyHourCount& count : tally.counts()) {
      KeyHourCount& entry = merged[count.key];
      entry.key = count.key;
      entry.calls += count.calls;
      entry.sources = std::max(entry.sources, count.sources);
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
