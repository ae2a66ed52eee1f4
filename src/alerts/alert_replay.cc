#include "alerts/alert_replay.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir {
namespace {

constexpr AlertSecond kHourSeconds = 3600;
static_assert(kReplayAheadMax < CallTally::kCallsMax);
const AlertBook::Place kFirstOfLimits{AlertType::kRateLimitApproaching, {}};

UtcTime time_of(AlertSecond second) {
  return UtcTime(Seconds(second));
}

ReplayedAlert replayed(const Alert& alert) {
  ReplayedAlert out;
  out.type = alert.type;
  out.subject = alert.subject;
  out.severity = alert.severity;
  out.started_at = alert.started_at;
  out.resolved_at = alert.resolved_at;
  out.numbers = alert.numbers;
  out.numbers.series.clear();
  out.escalated = alert.escalated;
  return out;
}

bool overlap(const ReplayedAlert& a, const ReplayedAlert& b) {
  return a.started_at < b.resolved_at.value_or(UtcTime::max()) &&
         b.started_at < a.resolved_at.value_or(UtcTime::max());
}

/// By what they are about, then by time.
auto place_of(const ReplayedAlert& alert) {
  return std::tie(alert.type, alert.subject, alert.started_at);
}

UtcTime start_of(const ReplayedPair& pair) {
  const UtcTime first = pair.in_force ? pair.in_force->started_at : UtcTime::max();
  return pair.proposed ? std::min(first, pair.proposed->started_at) : first;
}

const ReplayedAlert& either(const ReplayedPair& pair) {
  return pair.in_force ? *pair.in_force : *pair.proposed;
}

}  // namespace

AlertReplay::AlertReplay(Parts parts)
    : from_(time_of(parts.from)),
      errors_(parts.in_force.error_statuses),
      proposed_errors_(parts.proposed ? parts.proposed->error_statuses : parts.in_force.error_statuses),
      same_errors_(!parts.proposed || parts.proposed->error_statuses == parts.in_force.error_statuses),
      evaluated_(parts.warm_from) {
  const auto engine = [&parts](AlertSettings settings) {
    return std::make_unique<AlertEngine>(AlertEngine::Parts{.settings = std::move(settings),
                                                            .environment = parts.environment,
                                                            .directory = parts.directory,
                                                            .history = parts.history,
                                                            .keep = false,
                                                            .series = false});
  };
  if (parts.proposed) {
    proposed_.emplace(Side());
    if (same_errors_ && parts.proposed->usage_spike == parts.in_force.usage_spike)
      proposed_->beside =
          std::make_unique<AlertJudge>(*std::move(parts.proposed), parts.environment, parts.directory, false);
    else
      proposed_->engine = engine(*std::move(parts.proposed));
  }
  in_force_.engine = engine(std::move(parts.in_force));
  for (Side* side : sides()) {
    if (side->engine) static_cast<void>(side->engine->advance(evaluated_, {}));
  }
}

std::vector<AlertReplay::Side*> AlertReplay::sides() {
  if (!proposed_) return {&in_force_};
  return {&in_force_, &*proposed_};
}

void AlertReplay::learn(AlertHour hour, const HourCounts& counts) {
  for (Side* side : sides()) {
    if (side->engine) side->engine->learn(hour, counts);
  }
}

void AlertReplay::add(const UsageRecord& record, EndpointId endpoint) {
  const auto ended = record.at + record.response_time;
  const AlertSecond second = std::chrono::floor<Seconds>(ended).time_since_epoch().count();
  if (second < evaluated_) {
    ++late_;
    return;
  }
  if (ended >= from_) ++calls_;
  seconds_.of(second).add(record, endpoint, errors_.contains(record.status));
  if (!same_errors_)
    proposed_seconds_.of(second).add(record, endpoint, proposed_errors_.contains(record.status));
  ++ahead_;
}

std::optional<AlertSecond> AlertReplay::next_second() const {
  if (seconds_.empty()) return std::nullopt;
  return seconds_.first();
}

AlertSecond AlertReplay::next_evaluation(AlertSecond until) const {
  AlertSecond next = until;
  if (!seconds_.empty()) next = std::min(next, seconds_.first() + 1);
  // How far a limit is used is known for the moment an engine is brought to: while an alert is about one,
  // that is every evaluation.
  const auto has_limits = [](const Side& side) {
    const auto& active = side.book().active;
    const auto found = active.lower_bound(kFirstOfLimits);
    return found != active.end() && found->first.first == kFirstOfLimits.first;
  };
  if (!has_limits(in_force_) && !(proposed_ && has_limits(*proposed_))) return next;
  return std::min(next, (evaluated_ / kSlotSeconds + 1) * kSlotSeconds);
}

/// The keys that called, and those of the alerts about limits.
void AlertReplay::look_at_limits(AlertSecond second, Side& side, const LimitsOf& limits) {
  side.uses = uses_;
  if (!limits) return;
  keys_.clear();
  const auto& active = side.book().active;
  for (auto at = active.lower_bound(kFirstOfLimits);
       at != active.end() && at->first.first == kFirstOfLimits.first; ++at)
    keys_.emplace_back(at->first.second.id);
  if (!keys_.empty()) limits(second, keys_, side.uses);
}

void AlertReplay::hand_over(AlertSecond evaluation, const LimitsOf& limits) {
  const AlertSecond second = seconds_.first();
  auto delta = std::make_shared<const WindowDelta>(seconds_.take_first());
  ahead_ -= delta->overall().counts.calls;
  if (limits) {
    keys_.clear();
    for (const SubjectDelta& key : delta->keys()) keys_.emplace_back(key.id);
    limits(evaluation, keys_, uses_);
  }
  if (proposed_ && proposed_->engine) {
    proposed_->engine->add(
        second, same_errors_ ? delta : std::make_shared<const WindowDelta>(proposed_seconds_.take_first()));
  }
  in_force_.engine->add(second, std::move(delta));
}

void AlertReplay::advance(AlertSecond until, const LimitsOf& limits) {
  if (std::exchange(learning_, false)) {
    for (Side* side : sides()) {
      if (side->engine) side->engine->end_learning(evaluated_ / kHourSeconds);
    }
  }
  std::vector<AlertEvent> changed;
  while (evaluated_ < until) {
    const AlertSecond next = next_evaluation(until);
    uses_.clear();
    if (!seconds_.empty() && seconds_.first() < next) hand_over(next, limits);
    look_at_limits(next, in_force_, limits);
    const AlertInputs inputs{.limits = in_force_.uses, .expiring = {}, .channels = {}};
    if (!proposed_) {
      take(in_force_, in_force_.engine->advance(next, inputs));
    } else {
      look_at_limits(next, *proposed_, limits);
      const AlertInputs other{.limits = proposed_->uses, .expiring = {}, .channels = {}};
      changed.clear();
      if (proposed_->engine) {
        changed = proposed_->engine->advance(next, other);
        take(in_force_, in_force_.engine->advance(next, inputs));
      } else {
        const AlertEngine::Beside beside{.judge = *proposed_->beside, .inputs = other, .events = changed};
        take(in_force_, in_force_.engine->advance(next, inputs, &beside));
      }
      take(*proposed_, changed);
    }
    evaluated_ = next;
  }
}

void AlertReplay::take(Side& side, const std::vector<AlertEvent>& events) {
  for (const AlertEvent& event : events) {
    if (event.kind == AlertEventKind::kResolved) end(side, replayed(event.alert));
  }
}

void AlertReplay::end(Side& side, ReplayedAlert alert) {
  if (alert.resolved_at && *alert.resolved_at <= from_) return;
  ++side.counts[static_cast<std::size_t>(alert.type)];
  if (side.ended.size() >= kReplayedAlertsMax)
    ++side.omitted;
  else
    side.ended.push_back(std::move(alert));
}

std::vector<ReplayedPair> AlertReplay::pair_up(std::vector<ReplayedAlert> in_force,
                                               std::vector<ReplayedAlert> proposed) const {
  const auto by_place = [](const ReplayedAlert& a, const ReplayedAlert& b) {
    return place_of(a) < place_of(b);
  };
  std::sort(in_force.begin(), in_force.end(), by_place);
  std::sort(proposed.begin(), proposed.end(), by_place);
  std::vector<ReplayedPair> pairs;
  auto other = proposed.begin();
  for (ReplayedAlert& alert : in_force) {
    const auto same = [&alert](const ReplayedAlert& candidate) {
      return candidate.type == alert.type && candidate.subject == alert.subject && overlap(candidate, alert);
    };
    // Both are sorted, and alerts of one subject never overlap on one side.
    while (other != proposed.end() && place_of(*other) < place_of(alert) && !same(*other))
      pairs.push_back({.in_force = {}, .proposed = std::move(*other++)});
    ReplayedPair& pair = pairs.emplace_back();
    if (other != proposed.end() && same(*other)) pair.proposed = std::move(*other++);
    pair.in_force = std::move(alert);
  }
  for (; other != proposed.end(); ++other) pairs.push_back({.in_force = {}, .proposed = std::move(*other)});
  std::sort(pairs.begin(), pairs.end(), [](const ReplayedPair& a, const ReplayedPair& b) {
    return std::pair(start_of(a), place_of(either(a))) < std::pair(start_of(b), place_of(either(b)));
  });
  return pairs;
}

AlertReplayResult AlertReplay::finish() {
  AlertReplayResult result;
  for (Side* side : sides()) {
    for (const auto& [place, entry] : side->book().active) end(*side, replayed(entry.alert));
    result.omitted += side->omitted;
    for (std::size_t i = 0; i < kAlertTypes; ++i) {
      auto& counts = result.counts[i];
      (side == &in_force_ ? counts.in_force : counts.proposed) = side->counts[i];
    }
  }
  result.alerts = pair_up(std::move(in_force_.ended),
                          proposed_ ? std::move(proposed_->ended) : std::vector<ReplayedAlert>());
  for (const ReplayedPair& pair : result.alerts) {
    if (pair.in_force && pair.proposed) ++result.counts[static_cast<std::size_t>(pair.in_force->type)].both;
  }
  result.calls = calls_;
  result.late_calls = late_;
  return result;
}

}  // namespace weir
