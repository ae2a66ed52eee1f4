// What detectors share: choosing the subjects to judge, and writing a finding down.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "alerts/detectors.h"

namespace weir {

/// Calls `visit(id, window)` for the subjects to judge.
template <class Visit>
void each_subject(const WindowSet::Subjects& subjects, const std::vector<std::uint32_t>& touched,
                  bool everything, Visit visit) {
  if (everything) {
    for (const auto& [id, window] : subjects) visit(id, window);
    return;
  }
  for (const std::uint32_t id : touched) {
    if (const auto found = subjects.find(id); found != subjects.end()) visit(id, found->second);
  }
}

/// One value for each of the slots before `now` that `seconds` cover, oldest first.
template <class Value>
std::vector<double> series_of(AlertSecond now, AlertSecond seconds, Value value) {
  std::vector<double> series;
  const SlotRange range = SlotRange::before(now, std::min(seconds, kWindowSecondsMax));
  for (std::int64_t slot = range.first; slot <= range.last; ++slot) series.push_back(value(slot));
  if (series.size() > kAlertSeriesMax) {
    series.erase(series.begin(), series.end() - static_cast<std::ptrdiff_t>(kAlertSeriesMax));
  }
  return series;
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
