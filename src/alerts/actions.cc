// What people do with alerts.
#include <fmt/format.h>

#include "alerts/lifecycle.h"

namespace weir {
namespace {

/// A resolved condition that goes on holding fires again after this long.
constexpr AlertSecond kQuietSeconds = 3600;

Result<void> check(const AlertAction& action) {
  if (action.text.size() > kAlertTextMax) {
    return fail(ErrorCode::kInvalid, fmt::format("comment: must be at most {} bytes, but has {}",
                                                 kAlertTextMax, action.text.size()));
  }
  return {};
}

AlertEvent event_of(AlertEventKind kind, const AlertAction& action, const Alert& alert) {
  AlertEvent event;
  event.kind = kind;
  event.at = action.at;
  event.alert = alert;
  event.by = action.by;
  event.text = action.text;
  return event;
}

Result<ActiveAlert*> find_active(AlertBook& book, AlertId id) {
  ActiveAlert* found = book.find(id);
  if (found == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("no alert {} that is not resolved", id.value()));
  return found;
}

/// Adds a comment of the action's text, if it has one. kFull.
Result<void> add_comment(Alert& alert, const AlertAction& action) {
  if (action.text.empty()) return {};
  if (alert.comments.size() >= kAlertCommentsMax) {
    return fail(ErrorCode::kFull,
                fmt::format("alert {} has {} comments already", alert.id.value(), kAlertCommentsMax));
  }
  alert.comments.push_back({.by = action.by, .text = action.text, .at = action.at});
  return {};
}

}  // namespace

Result<AlertEvent> acknowledge(AlertBook& book, AlertId id, const AlertAction& action,
                               std::optional<UtcTime> until) {
  WEIR_TRY(check(action));
  if (until && *until <= action.at) {
    return fail(ErrorCode::kInvalid,
                fmt::format("until: must be in the future, but is {}", to_rfc3339(*until)));
  }
  WEIR_TRY_ASSIGN(found, find_active(book, id));
  Alert& alert = found->alert;
  WEIR_TRY(add_comment(alert, action));
  found->changed = true;
  alert.state = AlertState::kAcknowledged;
  alert.acknowledgement =
      Acknowledgement{.by = action.by, .comment = action.text, .at = action.at, .until = until};
  return event_of(AlertEventKind::kAcknowledged, action, alert);
}

Result<AlertEvent> resolve(AlertBook& book, AlertId id, const AlertAction& action) {
  WEIR_TRY(check(action));
  WEIR_TRY_ASSIGN(found, find_active(book, id));
  Alert alert = found->alert;
  WEIR_TRY(add_comment(alert, action));
  alert.state = AlertState::kResolved;
  alert.resolved_at = action.at;
  alert.resolved_by = action.by;
  const AlertBook::Place place{alert.type, alert.subject};
  const auto second = std::chrono::floor<Seconds>(action.at).time_since_epoch().count();
  book.quiet[place] = {.until = second + kQuietSeconds, .severity = alert.severity};
  book.active.erase(place);
  return event_of(AlertEventKind::kResolved, action, alert);
}

Result<AlertEvent> comment(Alert& alert, const AlertAction& action) {
  WEIR_TRY(check(action));
  if (action.text.empty()) return fail(ErrorCode::kInvalid, "comment: must not be empty");
  WEIR_TRY(add_comment(alert, action));
  return event_of(AlertEventKind::kCommented, action, alert);
}

Result<AlertEvent> mark_false_positive(Alert& alert, bool is_false, const AlertAction& action) {
  WEIR_TRY(check(action));
  WEIR_TRY(add_comment(alert, action));
  alert.false_positive = is_false;
  return event_of(AlertEventKind::kFalsePositive, action, alert);
}

}  // namespace weir
