#include "alerts/lifecycle.h"

#include <algorithm>
#include <array>

#include "alerts/escalation.h"
#include "alerts/silences.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 9> kEventKinds = {
    "fired",     "worsened",       "resolved",  "acknowledged", "acknowledgement_ended",
    "commented", "false_positive", "escalated", "silence_ended"};

AlertSeverity severity_of(AlertLevel level) {
  return level == AlertLevel::kCritical ? AlertSeverity::kCritical : AlertSeverity::kWarning;
}

/// One run of `step`.
class Stepper {
 public:
  Stepper(const RuleBook& rules, bool complete, AlertSecond now, AlertBook& book)
      : rules_(rules), complete_(complete), now_(now), time_(Seconds(now)), book_(book) {}

  void take(Finding finding) {
    const AlertBook::Place place{finding.type, finding.subject};
    if (const auto found = book_.active.find(place); found != book_.active.end()) {
      move(found->second, std::move(finding));
    } else if (finding.level >= AlertLevel::kWarning) {
      consider(place, std::move(finding));
    }
  }

  /// After all findings of a complete evaluation.
  void settle(const std::vector<Finding>& findings) {
    // Findings are sorted by type and subject, and so are the maps.
    const auto holds = [&findings](const AlertBook::Place& place, AlertLevel level) {
      const auto found = std::lower_bound(findings.begin(), findings.end(), place,
                                          [](const Finding& finding, const AlertBook::Place& wanted) {
                                            return std::pair(finding.type, finding.subject) < wanted;
                                          });
      return found != findings.end() && found->type == place.first && found->subject == place.second &&
             found->level >= level;
    };
    std::erase_if(book_.holding_since,
                  [&](const auto& entry) { return !holds(entry.first, AlertLevel::kWarning); });
    std::erase_if(book_.quiet, [&](const auto& entry) {
      return now_ >= entry.second.until || !holds(entry.first, AlertLevel::kHold);
    });
    for (auto at = book_.active.begin(); at != book_.active.end();) {
      if (holds(at->first, AlertLevel::kHold)) at->second.clear_since.reset();
      if (settle_one(at->second, holds(at->first, AlertLevel::kHold)))
        at = book_.active.erase(at);
      else
        ++at;
    }
    std::erase_if(book_.silences,
                  [this](const Silence& silence) { return silence.to + std::chrono::hours(24) <= time_; });
  }

  std::vector<AlertEvent> events;

 private:
  void note(AlertEventKind kind, const Alert& alert) {
    AlertEvent event;
    event.kind = kind;
    event.at = time_;
    event.alert = alert;
    events.push_back(std::move(event));
  }

  void move(ActiveAlert& entry, Finding finding) {
    Alert& alert = entry.alert;
    entry.clear_since.reset();
    if (finding.level < AlertLevel::kWarning) return;  // only keeps it from resolving
    const double worst = finding.type == AlertType::kKeyExpiring
                             ? std::min(alert.numbers.worst, finding.numbers.value)
                             : std::max(alert.numbers.worst, finding.numbers.value);
    const AlertSeverity severity = severity_of(finding.level);
    if (severity >= alert.severity || complete_) {
      alert.numbers = std::move(finding.numbers);
      alert.numbers.worst = worst;
    }
    alert.last_seen = time_;
    if (complete_) {
      ++alert.count;
      entry.changed = true;
    }
    if (severity > alert.severity) {
      alert.severity = severity;
      entry.changed = true;
      alert.silenced = is_silenced(book_.silences, alert, time_);
      note(AlertEventKind::kWorsened, alert);
    }
  }

  void consider(const AlertBook::Place& place, Finding finding) {
    if (finding.for_seconds > 0) {
      const auto since = book_.holding_since.try_emplace(place, now_).first->second;
      if (now_ - since < finding.for_seconds) return;
      book_.holding_since.erase(place);
    }
    const AlertSeverity severity = severity_of(finding.level);
    if (const auto quiet = book_.quiet.find(place); quiet != book_.quiet.end()) {
      if (severity <= quiet->second.severity) return;
      book_.quiet.erase(quiet);
    }
    if (book_.active.size() >= kActiveAlertsMax) {
      ++book_.overflow;
      return;
    }
    Alert alert;
    alert.id = AlertId(++book_.last_id);
    alert.type = finding.type;
    alert.severity = severity;
    alert.subject = std::move(finding.subject);
    alert.numbers = std::move(finding.numbers);
    alert.started_at = time_;
    alert.last_seen = time_;
    alert.silenced = is_silenced(book_.silences, alert, time_);
    note(AlertEventKind::kFired, alert);
    book_.active.emplace(place, ActiveAlert{.alert = std::move(alert), .clear_since = {}});
  }

  /// True when the alert is resolved.
  bool settle_one(ActiveAlert& entry, bool held) {
    Alert& alert = entry.alert;
    if (!held) {
      if (!entry.clear_since) {
        entry.clear_since = now_;
        entry.changed = true;
      }
      const AlertRule rule = rules_.rule_for(alert.type, alert.subject);
      if (now_ - *entry.clear_since >= rule.resolve_after_seconds || !rule.enabled) {
        alert.state = AlertState::kResolved;
        alert.resolved_at = time_;
        note(AlertEventKind::kResolved, alert);
        return true;
      }
    }
    if (alert.state == AlertState::kAcknowledged && alert.acknowledgement->until &&
        *alert.acknowledgement->until <= time_) {
      alert.state = AlertState::kFiring;
      entry.changed = true;
      note(AlertEventKind::kAcknowledgementEnded, alert);
    }
    const bool was_silenced = std::exchange(alert.silenced, is_silenced(book_.silences, alert, time_));
    if (was_silenced != alert.silenced) entry.changed = true;
    if (was_silenced && !alert.silenced && alert.state == AlertState::kFiring)
      note(AlertEventKind::kSilenceEnded, alert);
    for (AlertEvent& event : due_escalations(rules_.settings().escalation, time_, alert)) {
      entry.changed = true;
      events.push_back(std::move(event));
    }
    return false;
  }

  const RuleBook& rules_;
  bool complete_;
  AlertSecond now_;
  UtcTime time_;
  AlertBook& book_;
};

}  // namespace

std::string_view to_string(AlertEventKind kind) {
  return kEventKinds[static_cast<std::size_t>(kind)];
}

std::optional<AlertEventKind> parse_alert_event_kind(std::string_view name) {
  const auto found = std::find(kEventKinds.begin(), kEventKinds.end(), name);
  if (found == kEventKinds.end()) return std::nullopt;
  return static_cast<AlertEventKind>(found - kEventKinds.begin());
}

std::vector<AlertEvent> step(const RuleBook& rules, std::vector<Finding> findings, bool complete,
                             AlertSecond now, AlertBook& book) {
  // Of several findings for one type and subject the first is the gravest.
  const auto same = [](const Finding& a, const Finding& b) {
    return a.type == b.type && a.subject == b.subject;
  };
  findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
  Stepper stepper(rules, complete, now, book);
  for (const Finding& finding : findings) stepper.take(finding);
  if (complete) stepper.settle(findings);
  return std::move(stepper.events);
}

}  // namespace weir
