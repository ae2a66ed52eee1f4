// What is wrong right now: pure functions over the windows, one for each type of alert.
//
// A detector answers a Finding for every subject that is above a threshold, or close enough to one that an
// alert it has must not resolve. Formulas are in docs/alerts.md.
#pragma once

#include <vector>

#include "alerts/alert_inputs.h"
#include "alerts/judged_subjects.h"
#include "alerts/limit_memory.h"
#include "alerts/rule_book.h"
#include "alerts/window_set.h"

namespace weir {

struct Finding {
  AlertType type = AlertType::kResponseTime;
  AlertLevel level = AlertLevel::kClear;
  AlertSubject subject;
  AlertNumbers numbers;
  std::uint32_t for_seconds = 0;  // must hold so long before it fires
};

/// Everything one evaluation looks at.
struct DetectorView {
  const RuleBook& rules;
  const WindowSet& windows;
  const AlertInputs& inputs;
  AlertSecond now;                 // calls that ended before it count
  const TouchedSubjects& touched;  // since the last evaluation
  bool everything;                 // judge all subjects, not only those touched: at multiples of ten seconds
  const JudgedSubjects& subjects;  // chosen from those
  bool series;                     // findings tell their windows slot by slot
};

void detect_response_time(const DetectorView& view, LatencySum& scratch, std::vector<Finding>& findings);
void detect_error_rate(const DetectorView& view, std::vector<Finding>& findings);
void detect_usage_spike(const DetectorView& view, std::vector<Finding>& findings);
void detect_unauthorized_access(const DetectorView& view, std::vector<Finding>& findings);
void detect_rate_limits(const DetectorView& view, LimitMemory& memory, std::vector<Finding>& findings);
void detect_key_abuse(const DetectorView& view, std::vector<Finding>& findings);
/// key_expiring, records_dropped, delivery_failed, upstream_down.
void detect_health(const DetectorView& view, std::vector<Finding>& findings);

/// All of them.
[[nodiscard]] std::vector<Finding> detect(const DetectorView& view, LimitMemory& memory, LatencySum& scratch);

}  // namespace weir
