// What detectors share: writing a finding down.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "alerts/detectors.h"

namespace weir {

/// One value for each of the slots before now that `seconds` cover, oldest first; none where nobody asks.
template <class Value>
std::vector<double> series_of(const DetectorView& view, AlertSecond seconds, Value value) {
  std::vector<double> series;
  if (!view.series) return series;
  const SlotRange range = SlotRange::before(view.now, std::min(seconds, kWindowSecondsMax));
  for (std::int64_t slot = range.first; slot <= range.last; ++slot) series.push_back(value(slot));
  if (series.size() > kAlertSeriesMax) {
    series.erase(series.begin(), series.end() - static_cast<std::ptrdiff_t>(kAlertSeriesMax));
  }
  return series;
}

/// The same of the counts of a window: `value` is not asked about slots without calls, which are 0.
template <class Value>
std::vector<double> series_of_counts(const DetectorView& view, AlertSecond seconds,
                                     const SubjectWindow& window, Value value) {
  if (!view.series) return {};
  const SlotRange range = SlotRange::before(view.now, std::min(seconds, kWindowSecondsMax));
  const std::vector<TrafficCounts> slots = window.slots(range);
  return series_of(view, seconds, [&](std::int64_t slot) {
    const TrafficCounts& counts = slots[static_cast<std::size_t>(slot - range.first)];
    return counts.calls == 0 ? 0 : value(counts);
  });
}

[[nodiscard]] inline Finding make_finding(AlertType type, AlertSubject subject, const JudgedValue& judged,
                                          const AlertRule& rule, double value, std::string rule_name) {
  Finding finding;
  finding.type = type;
  finding.level = judged.level;
  finding.subject = std::move(subject);
  finding.for_seconds = rule.for_seconds;
  finding.numbers.rule = std::move(rule_name);
  finding.numbers.value = value;
  finding.numbers.worst = value;
  finding.numbers.threshold = judged.threshold;
  finding.numbers.window_seconds = rule.window_seconds;
  return finding;
}

}  // namespace weir
