#include "alerts/lifecycle.h"

#include <algorithm>
#include <array>
#include <tuple>

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

/// How far findings say places have come, asked in the order of the places, which is that of the findings.
class Levels {
 public:
  explicit Levels(const std::vector<Finding>& findings) : next_(findings.begin()), end_(findings.end()) {}

  AlertLevel of(const AlertBook::Place& place) {
    const auto wanted = std::tie(place.first, place.second);
    while (next_ != end_ && std::tie(next_->type, next_->subject) < wanted) ++next_;
    const bool found = next_ != end_ && std::tie(next_->type, next_->subject) == wanted;
    return found ? next_->level : AlertLevel::kClear;
  }

 private:
  std::vector<Finding>::const_iterator next_;
  std::vector<Finding>::const_iterator end_;
};

/// One run of `step`.
class Stepper {
 public:
  Stepper(const RuleBook& rules, bool complete, AlertSecond now, AlertBook& book)
      : rules_(rules),
        complete_(complete),
        now_(now),
        time_(Seconds(now)),
        book_(book),
        next_(book.active.begin()) {}

  /// Findings come by type and subject, each once.
  void take(Finding& finding) {
    const AlertBook::Place place{finding.type, finding.subject};
    const auto at = place_of(place);
    if (at != book_.active.end() && at->first == place) {
      move(at->second, finding);
    } else if (finding.level >= AlertLevel::kWarning) {
      consider(place, finding);
    }
  }

  /// After all findings of a complete evaluation.
  void settle(const std::vector<Finding>& findings) {
    Levels holding(findings);
    std::erase_if(book_.holding_since,
                  [&](const auto& entry) { return holding.of(entry.first) < AlertLevel::kWarning; });
    Levels quiet(findings);
    std::erase_if(book_.quiet, [&](const auto& entry) {
      const AlertLevel level = quiet.of(entry.first);
      return now_ >= entry.second.until || level < AlertLevel::kHold;
    });
    Levels active(findings);
    for (auto at = book_.active.begin(); at != book_.active.end();) {
      const bool held = active.of(at->first) >= AlertLevel::kHold;
      if (held) at->second.clear_since.reset();
      if (settle_one(at->second, held))
        at = book_.active.erase(at);
      else
        ++at;
    }
    std::erase_if(book_.silences,
                  [this](const Silence& silence) { return silence.to + std::chrono::hours(24) <= time_; });
  }

  std::vector<AlertEvent> events;

 private:
  using Active = decltype(AlertBook::active);

  /// Where the alert of `place` is or would be. Places come in order: in a storm it is just behind the last.
  Active::iterator place_of(const AlertBook::Place& place) {
    constexpr int kNear = 8;
    for (int steps = 0; steps < kNear; ++steps, ++next_) {
      if (next_ == book_.active.end() || next_->first >= place) return next_;
    }
    next_ = book_.active.lower_bound(place);
    return next_;
  }

  void note(AlertEventKind kind, const Alert& alert) {
    AlertEvent event;
    event.kind = kind;
    event.at = time_;
    event.alert = alert;
    events.push_back(std::move(event));
  }

  void move(ActiveAlert& entry, Finding& finding) {
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

  void consider(const AlertBook::Place& place, Finding& finding) {
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
    alert.subject = place.second;
    alert.numbers = std::move(finding.numbers);
    alert.started_at = time_;
    alert.last_seen = time_;
    alert.silenced = is_silenced(book_.silences, alert, time_);
    note(AlertEventKind::kFired, alert);
    book_.active.emplace_hint(next_, place, ActiveAlert{.alert = std::move(alert), .clear_since = {}});
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
  Active::iterator next_;  // behind the last place
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
  for (Finding& finding : findings) stepper.take(finding);
  if (complete) stepper.settle(findings);
  return std::move(stepper.events);
}

}  // namespace weir
