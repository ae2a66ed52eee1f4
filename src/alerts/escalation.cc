#include "alerts/escalation.h"

#include <algorithm>

namespace weir {

std::vector<AlertEvent> due_escalations(const std::vector<EscalationPolicy>& policies, UtcTime now,
                                        Alert& alert) {
  std::vector<AlertEvent> due;
  if (alert.state != AlertState::kFiring || alert.silenced) return due;
  const auto policy = std::find_if(policies.begin(), policies.end(), [&](const EscalationPolicy& candidate) {
    return alert.severity >= candidate.severity &&
           (candidate.types.empty() ||
            std::find(candidate.types.begin(), candidate.types.end(), alert.type) != candidate.types.end());
  });
  if (policy == policies.end()) return due;
  while (alert.escalated < policy->steps.size()) {
    const EscalationStep& step = policy->steps[alert.escalated];
    if (now < alert.started_at + Seconds(step.after_seconds)) break;
    ++alert.escalated;
    AlertEvent event;
    event.kind = AlertEventKind::kEscalated;
    event.at = now;
    event.alert = alert;
    event.text = policy->name;
    event.channels = step.channels;
    event.recipients = step.recipients;
    due.push_back(std::move(event));
  }
  return due;
}

}  // namespace weir
