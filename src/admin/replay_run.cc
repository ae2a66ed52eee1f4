#include "admin/replay_run.h"

#include <algorithm>
#include <span>
#include <utility>

namespace weir {
namespace {

constexpr AlertSecond kHourSeconds = 3600;
constexpr AlertSecond kDaySeconds = 86400;
/// Calls that began before the windows are filled and ended in them: no longer than this.
constexpr Seconds kLongestCall{600};

AlertSecond second_of(UtcTime time) {
  return std::chrono::floor<Seconds>(time).time_since_epoch().count();
}

/// The least share of a limit that a rule of either side looks at.
double least_share(const AlertSettings& settings) {
  double least = settings.rule(AlertType::kRateLimitApproaching).warning.value_or(1);
  for (const AlertOverride& item : settings.overrides) {
    if (item.type == AlertType::kRateLimitApproaching && item.warning) least = std::min(least, *item.warning);
  }
  return least * kHoldShare;
}

class Run {
 public:
  Run(ReplayWorld world, const ReplayQuestion& question, ReplayProgress& progress,
      const std::function<bool()>& breath)
      : world_(std::move(world)),
        question_(question),
        progress_(progress),
        breathe_([&progress, &breath](std::uint64_t calls) {
          progress.calls_read += calls;
          return breath();
        }),
        warm_from_(warm_start(world_, question)),
        hours_(world_.alerts),
        endpoints_(world_.endpoints),
        replay_({.in_force = world_.settings,
                 .proposed = question.settings,
                 .environment = world_.environment,
                 .directory = directory(),
                 .history = hours_,
                 .warm_from = warm_from_,
                 .from = second_of(question.from)}),
        in_force_(world_.limits, quotas(world_.limits)),
        share_(std::min(least_share(world_.settings),
                        question.settings ? least_share(*question.settings) : 1.0)) {
    if (question.limits) proposed_.emplace(*question.limits, quotas(*question.limits));
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Result<std::optional<ReplayOutcome>> run() {
    const AlertHour first_hour = warm_from_ / kHourSeconds;
    const auto paths = world_.costs.depend_on_path() ? StreamedPaths::kAll : StreamedPaths::kWithUnknown;
    WEIR_TRY_ASSIGN(stream,
                    world_.calls.stream(UtcTime(Seconds(warm_from_)) - kLongestCall, question_.to, paths));
    WEIR_TRY_ASSIGN(uncounted, uncounted_calls(world_.calls, hours_, first_hour));
    std::uint64_t total = stream->calls();
    for (const auto& before : uncounted) total += before->calls();
    progress_.calls_total = total;
    for (const auto& before : uncounted) {
      WEIR_TRY_ASSIGN(whole, count_hours(*before, hours_, breathe_));
      if (!whole) return std::optional<ReplayOutcome>();
    }
    uncounted.clear();
    std::uint32_t weeks = world_.settings.usage_spike.history_weeks;
    if (question_.settings) weeks = std::max(weeks, question_.settings->usage_spike.history_weeks);
    learn_hours(replay_, hours_, first_hour, weeks);

    CallBatch batch;
    for (;;) {
      WEIR_TRY_ASSIGN(more, stream->next(batch));
      if (!more) break;
      take(batch);
      move_to(std::min(stream->reached(), question_.to));
      if (!breathe_(batch.calls.size())) return std::optional<ReplayOutcome>();
    }
    move_to(question_.to);
    ReplayOutcome outcome;
    outcome.alerts = replay_.finish();
    outcome.unnamed_endpoints = endpoints_.unnamed();
    if (proposed_) {
      outcome.limits_in_force.emplace(std::move(in_force_));
      outcome.limits_proposed = std::move(proposed_);
    }
    return std::optional<ReplayOutcome>(std::move(outcome));
  }

 private:
  /// Whole hours, at least one before the time asked for, so that windows are full then; as long as the
  /// longest limit up to a day where limits are asked about.
  static AlertSecond warm_start(const ReplayWorld& world, const ReplayQuestion& question) {
    AlertSecond longest = kHourSeconds;
    if (question.limits) {
      for (const LimitSettings* limits : {&world.limits, &*question.limits}) {
        for (const LimitWindow& window : limits->windows)
          longest = std::max<AlertSecond>(longest, std::min<AlertSecond>(window.seconds, kDaySeconds));
      }
    }
    return (second_of(question.from) - longest) / kHourSeconds * kHourSeconds;
  }

  AlertDirectory directory() {
    return {.endpoint = [this](EndpointId id) { return endpoints_.name(id); },
            .plan =
                [this](KeyId id) {
                  const auto found = world_.plans.find(id);
                  return found == world_.plans.end() ? std::string() : found->second.plan;
                },
            .window =
                [this](std::uint8_t position) {
                  const auto& windows = world_.limits.windows;
                  if (position >= windows.size()) return AlertDirectory::Window{};
                  return AlertDirectory::Window{windows[position].name, windows[position].seconds};
                }};
  }

  std::function<Quota(KeyId)> quotas(const LimitSettings& limits) {
    return [this, &limits](KeyId key) {
      const auto found = world_.plans.find(key);
      if (found == world_.plans.end()) return resolve_quota(limits, {}, {});
      return resolve_quota(limits, found->second.plan, found->second.limits);
    };
  }

  void take(const CallBatch& batch) {
    batch_endpoints_.clear();
    for (const std::string_view name : batch.endpoints) batch_endpoints_.push_back(endpoints_.id_of(name));
    batch_windows_.clear();
    for (const std::string_view name : batch.windows) batch_windows_.push_back(position_of(name));
    batch_costs_.clear();
    if (world_.costs.depend_on_path()) {
      for (const std::string_view path : batch.paths) batch_costs_.push_back(world_.costs.of(path));
    }
    const UtcTime begin(Seconds{warm_from_});
    for (const StreamedCall& call : batch.calls) {
      if (call.key && reaches_limits(call.outcome) && call.at >= begin && call.at < question_.to)
        limit_calls_.push_back({.key = call.key,
                                .at = call.at,
                                .cost = batch_costs_.empty() ? 1 : batch_costs_[call.path],
                                .was_refused = call.outcome == Outcome::kLimited,
                                .counts = call.at >= question_.from});
      const UtcTime ended = call.at + call.response_time;
      if (ended < begin || ended >= question_.to) continue;
      UsageRecord record = record_of(call, batch);
      record.refused_window = batch_windows_[call.window];
      replay_.add(record, batch_endpoints_[call.endpoint]);
    }
    const auto by_time = [](const ReplayedCall& a, const ReplayedCall& b) { return a.at < b.at; };
    if (!std::is_sorted(limit_calls_.begin(), limit_calls_.end(), by_time))
      std::stable_sort(limit_calls_.begin(), limit_calls_.end(), by_time);
    // Calls stored far from their time must not fill the memory: what is oldest goes ahead of its turn.
    while (replay_.ahead() > kReplayAheadMax) advance(*replay_.next_second() + 1);
  }

  void move_to(UtcTime reached) {
    advance(second_of(reached));
    limits_until(reached);
    limit_calls_.erase(limit_calls_.begin(),
                       limit_calls_.begin() + static_cast<std::ptrdiff_t>(limits_taken_));
    limits_taken_ = 0;
  }

  void advance(AlertSecond second) {
    replay_.advance(second, [this](AlertSecond at, std::span<const KeyId> keys, std::vector<LimitUse>& uses) {
      limits_until(UtcTime(Seconds(at)));
      for (const KeyId key : keys) {
        levels_.clear();
        in_force_.levels(key, UtcTime(Seconds(at)), share_, levels_);
        for (const LimitLevel& level : levels_) {
          uses.push_back({.key = key,
                          .window = level.window,
                          .limit = level.limit,
                          .used = level.used,
                          .reset_seconds = level.reset_seconds});
        }
      }
    });
  }

  void limits_until(UtcTime end) {
    std::size_t taken = limits_taken_;
    while (taken < limit_calls_.size() && limit_calls_[taken].at < end) ++taken;
    const auto calls = std::span(limit_calls_).subspan(limits_taken_, taken - limits_taken_);
    in_force_.take(calls);
    if (proposed_) proposed_->take(calls);
    limits_taken_ = taken;
  }

  [[nodiscard]] std::uint8_t position_of(std::string_view window) const {
    const auto& windows = world_.limits.windows;
    const auto found = std::find_if(windows.begin(), windows.end(),
                                    [window](const LimitWindow& each) { return each.name == window; });
    return found == windows.end() ? kNoWindow : static_cast<std::uint8_t>(found - windows.begin());
  }

  ReplayWorld world_;
  const ReplayQuestion& question_;
  ReplayProgress& progress_;
  ReplayBreath breathe_;
  AlertSecond warm_from_;
  ReplayHours hours_;
  ReplayEndpoints endpoints_;
  AlertReplay replay_;
  LimitReplay in_force_;
  std::optional<LimitReplay> proposed_;
  double share_;
  std::vector<EndpointId> batch_endpoints_;
  std::vector<std::uint8_t> batch_windows_;
  std::vector<std::uint32_t> batch_costs_;  // by path; none: every call costs 1
  std::vector<ReplayedCall> limit_calls_;   // by time
  std::size_t limits_taken_ = 0;
  std::vector<LimitLevel> levels_;
};

}  // namespace

EndpointId ReplayEndpoints::id_of(std::string_view name) {
  EndpointId id;
  if (names_->find(name, id)) return id;
  const auto found = ids_.find(std::string(name));
  if (found != ids_.end()) return found->second;
  if (unnamed_.size() >= kAlertEndpointsMax) return {};
  unnamed_.emplace_back(name);
  const EndpointId made(static_cast<EndpointId::Value>(names_->size() + unnamed_.size()));
  ids_.emplace(name, made);
  return made;
}

std::string ReplayEndpoints::name(EndpointId id) const {
  if (id.value() <= names_->size()) return std::string(names_->name(id));
  const std::size_t position = id.value() - names_->size() - 1;
  return position < unnamed_.size() ? unnamed_[position] : std::string(kOtherEndpoints);
}

Result<std::optional<ReplayOutcome>> run_replay(ReplayWorld world, const ReplayQuestion& question,
                                                ReplayProgress& progress,
                                                const std::function<bool()>& breath) {
  // Large, and its parts point at each other.
  return std::make_unique<Run>(std::move(world), question, progress, breath)->run();
}

}  // namespace weir
