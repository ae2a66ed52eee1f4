#include "alerts/alert_engine.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr AlertSecond kHour = 3600;
constexpr AlertSecond kCheckpointSeconds = 300;  // divides the hour

AlertSecond next_multiple(AlertSecond second, AlertSecond of) {
  return (second / of + 1) * of;
}

}  // namespace

AlertEngine::AlertEngine(Parts parts)
    : settings_(std::move(parts.settings)),
      environment_(std::move(parts.environment)),
      directory_(std::move(parts.directory)),
      history_(parts.history),
      keep_(parts.keep),
      series_(parts.series),
      errors_(settings_.error_statuses) {
  rules_.emplace(settings_, environment_, directory_);
}

void AlertEngine::set_settings(AlertSettings settings) {
  settings_ = std::move(settings);
  rules_.emplace(settings_, environment_, directory_);
  errors_ = StatusSet(settings_.error_statuses);
}

AlertSecond AlertEngine::latency_window() const {
  return settings_.rule(AlertType::kResponseTime).window_seconds;
}

void AlertEngine::add(const UsageRecord& record, EndpointId endpoint) {
  const auto ended = record.at + record.response_time;
  const AlertSecond second = std::chrono::floor<Seconds>(ended).time_since_epoch().count();
  if (evaluated_ == 0) evaluated_ = second;
  if (second < evaluated_) ++late_;
  CallTally& tally = fresh_.of(second);
  tally.add(record, endpoint, errors_.contains(record.status));
  if (tally.is_full()) settle_fresh();
}

void AlertEngine::add(AlertSecond second, std::shared_ptr<const WindowDelta> delta) {
  if (evaluated_ == 0) evaluated_ = second;
  if (second < evaluated_) late_ += delta->overall().counts.calls;
  pending_.push_back({.evaluation = evaluation_of(second), .second = second, .delta = std::move(delta)});
}

void AlertEngine::learn(AlertHour hour, const HourCounts& counts) {
  windows_.learn(hour, counts, settings_.usage_spike);
}

void AlertEngine::end_learning(AlertHour hour) {
  windows_.end_learning(hour, settings_.usage_spike, history_);
}

AlertSecond AlertEngine::evaluation_of(AlertSecond second) const {
  return std::max(second, evaluated_) + 1;
}

void AlertEngine::settle_fresh() {
  while (!fresh_.empty()) {
    const AlertSecond second = fresh_.first();
    auto delta = std::make_shared<const WindowDelta>(fresh_.take_first());
    const AlertSecond evaluation = evaluation_of(second);
    if (keep_) {
      KeptDelta kept{.evaluation = evaluation, .second = second, .bytes = {}};
      delta->encode(kept.bytes);
      kept_.push_back(std::move(kept));
    }
    pending_.push_back({.evaluation = evaluation, .second = second, .delta = std::move(delta)});
  }
}

std::vector<KeptDelta> AlertEngine::take_kept() {
  settle_fresh();
  return std::exchange(kept_, {});
}

AlertSecond AlertEngine::next_second(AlertSecond until) const {
  const AlertSecond hour = next_multiple(evaluated_, kHour);
  AlertSecond next = until;
  for (const Pending& pending : pending_) next = std::min(next, pending.evaluation);
  next = std::max(next, evaluated_ + 1);
  const bool idle = windows_.empty() && book_.active.empty() && book_.holding_since.empty();
  // Windows move on every ten seconds; when all are empty only hours do.
  return std::min(next, idle ? hour : next_multiple(evaluated_, kSlotSeconds));
}

std::vector<AlertEvent> AlertEngine::advance(AlertSecond until, const AlertInputs& inputs) {
  std::vector<AlertEvent> events;
  if (evaluated_ == 0) evaluated_ = until;
  if (until < evaluated_ - kClockBackSeconds) {
    windows_ = WindowSet();
    pending_.clear();
    evaluated_ = until;
  }
  settle_fresh();
  while (evaluated_ < until) {
    const AlertSecond next = next_second(until);
    // How much of a limit is used is known for the last of these seconds only.
    AlertInputs known = inputs;
    if (next < until) known.limits = {};
    evaluate(next, known, events);
    evaluated_ = next;
  }
  return events;
}

void AlertEngine::evaluate(AlertSecond now, const AlertInputs& inputs, std::vector<AlertEvent>& events) {
  touched_.clear();
  std::erase_if(pending_, [&](const Pending& pending) {
    if (pending.evaluation > now) return false;
    if (is_in_minutes(pending.second, now))
      windows_.merge(pending.second, *pending.delta, touched_);
    else if (pending.second >= now - kHour)
      windows_.merge_hour(pending.second, *pending.delta);
    return true;
  });
  const bool everything = now % kSlotSeconds == 0;
  if (everything) windows_.expire(now, latency_window());
  subjects_.choose(*rules_, windows_, touched_, everything);
  const DetectorView view{.rules = *rules_,
                          .windows = windows_,
                          .inputs = inputs,
                          .now = now,
                          .touched = touched_,
                          .everything = everything,
                          .subjects = subjects_,
                          .series = series_};
  for (AlertEvent& event : step(*rules_, detect(view, limit_memory_, scratch_), everything, now, book_))
    events.push_back(std::move(event));
  if (everything) limit_memory_.expire(now);
  if (now % kCheckpointSeconds == 0) checkpoint_due_ = true;
  if (now % kHour == 0) windows_.close_hour(now, settings_.usage_spike, history_);
}

void AlertEngine::learn_history() {
  constexpr AlertHour kWeek = 168;
  const AlertHour now = evaluated_ / kHour;
  // One more week than the median looks at, so that keys were seen before its first hour; and at least the
  // weeks a key is remembered for.
  const AlertHour weeks = std::max<AlertHour>(settings_.usage_spike.history_weeks + 1, 4);
  windows_.forget_normal();
  bool begun = false;
  for (AlertHour hour = now - weeks * kWeek; hour < now; ++hour) {
    const auto counts = history_.find(hour);
    begun = begun || counts;
    if (begun) learn(hour, counts.value_or(HourCounts()));
  }
  end_learning(now);
  checkpoint_due_ = true;
}

std::vector<KeyId> AlertEngine::limit_keys(std::size_t max) {
  settle_fresh();
  std::vector<std::uint32_t> ids;
  for (const Pending& pending : pending_) {
    for (const SubjectDelta& key : pending.delta->keys()) ids.push_back(key.id);
  }
  for (const auto& [place, entry] : book_.active) {
    if (place.first == AlertType::kRateLimitApproaching) ids.push_back(place.second.id);
  }
  // Those of one second are in order.
  if (!std::is_sorted(ids.begin(), ids.end())) std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.size() > max) ids.resize(max);
  std::vector<KeyId> keys;
  keys.reserve(ids.size());
  for (const std::uint32_t id : ids) keys.emplace_back(id);
  return keys;
}

std::string AlertEngine::checkpoint() {
  checkpoint_due_ = false;
  std::string out;
  windows_.encode_long(out);
  return out;
}

Result<void> AlertEngine::restore(AlertSecond evaluated, AlertSecond checkpoint_at,
                                  std::string_view checkpoint, std::span<const KeptDelta> deltas) {
  evaluated_ = evaluated;
  if (checkpoint_at != 0)
    WEIR_TRY(windows_.restore_long(checkpoint, evaluated, settings_.usage_spike, history_));
  for (const KeptDelta& kept : deltas) {
    WEIR_TRY_ASSIGN(delta, WindowDelta::decode(kept.bytes));
    if (kept.evaluation > evaluated) {
      pending_.push_back({.evaluation = kept.evaluation,
                          .second = kept.second,
                          .delta = std::make_shared<const WindowDelta>(std::move(delta))});
      continue;
    }
    windows_.restore_delta(kept.second, delta, kept.evaluation > checkpoint_at, evaluated);
  }
  return {};
}

}  // namespace weir
