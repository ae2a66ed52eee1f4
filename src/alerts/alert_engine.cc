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

void put_in_order(std::vector<std::uint32_t>& ids) {
  // Those of one second are in order already.
  if (!std::is_sorted(ids.begin(), ids.end())) std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

AlertEngine::AlertEngine(Parts parts)
    : judge_(std::move(parts.settings), std::move(parts.environment), std::move(parts.directory),
             parts.series),
      history_(parts.history),
      keep_(parts.keep),
      errors_(settings().error_statuses) {}

void AlertEngine::set_settings(AlertSettings settings) {
  judge_.set_settings(std::move(settings));
  errors_ = StatusSet(judge_.settings().error_statuses);
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
  windows_.learn(hour, counts, settings().usage_spike);
}

void AlertEngine::end_learning(AlertHour hour) {
  windows_.end_learning(hour, settings().usage_spike, history_);
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

AlertSecond AlertEngine::next_second(AlertSecond until, bool idle) const {
  const AlertSecond hour = next_multiple(evaluated_, kHour);
  AlertSecond next = until;
  for (const Pending& pending : pending_) next = std::min(next, pending.evaluation);
  next = std::max(next, evaluated_ + 1);
  // Windows move on every ten seconds; when all are empty only hours do.
  return std::min(next, idle && windows_.empty() ? hour : next_multiple(evaluated_, kSlotSeconds));
}

std::vector<AlertEvent> AlertEngine::advance(AlertSecond until, const AlertInputs& inputs,
                                             const Beside* beside) {
  std::vector<AlertEvent> events;
  if (evaluated_ == 0) evaluated_ = until;
  if (until < evaluated_ - kClockBackSeconds) {
    windows_ = WindowSet();
    pending_.clear();
    evaluated_ = until;
  }
  settle_fresh();
  AlertSecond latency_window = judge_.latency_window();
  if (beside != nullptr) latency_window = std::max(latency_window, beside->judge.latency_window());
  while (evaluated_ < until) {
    const bool idle = judge_.is_idle() && (beside == nullptr || beside->judge.is_idle());
    const AlertSecond now = next_second(until, idle);
    move_windows(now, latency_window);
    const auto judge = [&](AlertJudge& with, AlertInputs known, std::vector<AlertEvent>& changed) {
      // How much of a limit is used is known for the last of these seconds only.
      if (now < until) known.limits = {};
      with.judge_windows(windows_, touched_, now % kSlotSeconds == 0, now, known, changed);
    };
    judge(judge_, inputs, events);
    if (beside != nullptr) judge(beside->judge, beside->inputs, beside->events);
    if (now % kHour == 0) windows_.close_hour(now, settings().usage_spike, history_);
    evaluated_ = now;
  }
  return events;
}

/// To `now`, with the calls that are to be seen then.
void AlertEngine::move_windows(AlertSecond now, AlertSecond latency_window) {
  touched_.clear();
  std::erase_if(pending_, [&](const Pending& pending) {
    if (pending.evaluation > now) return false;
    if (is_in_minutes(pending.second, now))
      windows_.merge(pending.second, *pending.delta, touched_);
    else if (pending.second >= now - kHour)
      windows_.merge_hour(pending.second, *pending.delta);
    return true;
  });
  if (now % kSlotSeconds == 0) windows_.expire(now, latency_window);
  if (now % kCheckpointSeconds == 0) checkpoint_due_ = true;
}

void AlertEngine::learn_history() {
  constexpr AlertHour kWeek = 168;
  const AlertHour now = evaluated_ / kHour;
  // One more week than the median looks at, so that keys were seen before its first hour; and at least the
  // weeks a key is remembered for.
  const AlertHour weeks = std::max<AlertHour>(settings().usage_spike.history_weeks + 1, 4);
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
  put_in_order(ids);
  if (ids.size() > max) {
    std::rotate(ids.begin(), std::upper_bound(ids.begin(), ids.end(), last_limit_key_), ids.end());
    ids.resize(max);
    last_limit_key_ = ids.empty() ? 0 : ids.back();
  }
  for (const auto& [place, entry] : book().active) {
    if (place.first == AlertType::kRateLimitApproaching) ids.push_back(place.second.id);
  }
  put_in_order(ids);
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
    WEIR_TRY(windows_.restore_long(checkpoint, evaluated, settings().usage_spike, history_));
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
