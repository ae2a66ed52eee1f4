// How alerts come, worsen and go: firing → acknowledged → resolved, one a type and subject.
//
// Pure functions over an AlertBook. An alert fires once its condition has held for its rule's `for`; a
// warning becomes critical in place and stays so until it resolves; it resolves by itself once its condition
// has been clear (below 90 % of the threshold) for `resolve_after`. Notifications of a silenced alert are
// muted, the alert is there all the same.
#pragma once

#include <string>
#include <vector>

#include "alerts/alert_book.h"
#include "alerts/detectors.h"
#include "base/result.h"

namespace weir {

/// Moves the book to `now` by what was found. `complete`: the findings are of all subjects, so an alert
/// without one is clear; otherwise alerts only fire, worsen and see their numbers move.
[[nodiscard]] std::vector<AlertEvent> step(const RuleBook& rules, std::vector<Finding> findings,
                                           bool complete, AlertSecond now, AlertBook& book);

/// What a person does with an alert. kNotFound: no such alert that is not resolved; kConflict, kInvalid.
struct AlertAction {
  std::string by;
  std::string text;  // at most kAlertTextMax bytes
  UtcTime at{};
};
inline constexpr std::size_t kAlertTextMax = 2000;

[[nodiscard]] Result<AlertEvent> acknowledge(AlertBook& book, AlertId id, const AlertAction& action,
                                             std::optional<UtcTime> until);
[[nodiscard]] Result<AlertEvent> resolve(AlertBook& book, AlertId id, const AlertAction& action);
/// These two work on resolved alerts too.
[[nodiscard]] Result<AlertEvent> comment(Alert& alert, const AlertAction& action);
[[nodiscard]] Result<AlertEvent> mark_false_positive(Alert& alert, bool is_false, const AlertAction& action);

}  // namespace weir
