#include "pipeline/alert_stage.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "alerts/alert_json.h"
#include "base/log.h"

namespace weir {
namespace {

constexpr std::size_t kLimitKeysMax = 5000;  // of those that called in a second
constexpr Seconds kLimitsAge{10};            // what is used now says nothing about calls older than this
constexpr AlertSecond kExpiringEvery = 10;
constexpr AlertSecond kHourSeconds = 3600;
constexpr Seconds kImportOver{2};
constexpr std::chrono::days kAlertsKept{730};  // resolved ones
constexpr AlertSecond kWindowsKeptSeconds = kWindowSecondsMax + 2 * kSlotSeconds;
constexpr std::int64_t kHoursKept = 27 * 168;  // the longest history a median may use, and a week
constexpr Millis kConfiguredPatience{5000};

AlertSecond second_of(UtcTime time) {
  return std::chrono::floor<Seconds>(time).time_since_epoch().count();
}

std::string outbox_type(AlertEventKind kind) {
  switch (kind) {
    case AlertEventKind::kFired:
    case AlertEventKind::kAcknowledgementEnded:
    case AlertEventKind::kSilenceEnded:
      return "alert.firing";
    case AlertEventKind::kWorsened:
      return "alert.worsened";
    case AlertEventKind::kResolved:
      return "alert.resolved";
    case AlertEventKind::kAcknowledged:
      return "alert.acknowledged";
    case AlertEventKind::kEscalated:
      return "alert.escalated";
    case AlertEventKind::kCommented:
    case AlertEventKind::kFalsePositive:
      return "alert.commented";
  }
  return {};
}

/// A silence mutes what would bother somebody; that it is over or taken care of is told.
bool is_muted(const AlertEvent& event) {
  return event.alert.silenced && event.kind != AlertEventKind::kResolved &&
         event.kind != AlertEventKind::kAcknowledged;
}

}  // namespace

/// Hours from the store, and those not committed yet.
class AlertStage::StoreHistory final : public HourHistory {
 public:
  StoreHistory(AlertStore& store, AlertCommit& commit) : store_(store), commit_(commit) {}

  std::optional<HourCounts> find(AlertHour hour) const override {
    const auto fresh = std::find_if(commit_.hours.rbegin(), commit_.hours.rend(),
                                    [hour](const AlertHourRow& row) { return row.hour == hour; });
    if (fresh != commit_.hours.rend()) return decoded(fresh->bytes);
    const auto bytes = store_.hour(hour);
    if (!bytes) {
      log::warn("an hour of the alerts' history cannot be read", {{"reason", bytes.error().detail}});
      return std::nullopt;
    }
    return *bytes ? decoded(**bytes) : std::nullopt;
  }

  void put(AlertHour hour, const HourCounts& counts) override {
    commit_.hours.push_back({.hour = hour, .bytes = encode_hour(counts)});
    commit_.hours_before = std::max(commit_.hours_before, hour - kHoursKept);
  }

 private:
  static std::optional<HourCounts> decoded(std::string_view bytes) {
    auto counts = decode_hour(bytes);
    if (counts) return *std::move(counts);
    log::warn("an hour of the alerts' history is left out", {{"reason", counts.error().detail}});
    return std::nullopt;
  }

  AlertStore& store_;
  AlertCommit& commit_;
};

AlertStage::AlertStage(AlertStageParts parts)
    : parts_(std::move(parts)),
      history_(std::make_unique<StoreHistory>(parts_.store, commit_)),
      engine_(std::make_unique<AlertEngine>(AlertEngine::Parts{.settings = parts_.settings,
                                                               .environment = parts_.environment,
                                                               .directory = parts_.directory,
                                                               .history = *history_})) {}

AlertStage::~AlertStage() = default;

Result<std::unique_ptr<AlertStage>> AlertStage::create(AlertStageParts parts) {
  std::unique_ptr<AlertStage> stage(new AlertStage(std::move(parts)));
  WEIR_TRY(stage->load());
  return stage;
}

Result<void> AlertStage::load() {
  WEIR_TRY_ASSIGN(versions, parts_.store.settings(1));
  if (!versions.empty() && !versions[0].document.empty() && parts_.parse_settings) {
    auto settings = parts_.parse_settings(versions[0].document);
    if (!settings) {
      return fail(ErrorCode::kCorrupt, fmt::format("version {} of the alert settings cannot be read: {}",
                                                   versions[0].version, settings.error().detail));
    }
    engine_->set_settings(*std::move(settings));
    api_settings_ = true;
  }
  WEIR_TRY_ASSIGN(kept, parts_.store.load());
  if (kept.state.empty()) return {};
  WEIR_TRY_ASSIGN(evaluated, read_state(kept.state, engine_->book()));
  for (const AlertRow& row : kept.active) {
    WEIR_TRY_ASSIGN(entry, from_row(row));
    entry.changed = false;
    engine_->book().active.emplace(AlertBook::Place{row.type, row.subject}, std::move(entry));
  }
  std::vector<KeptDelta> deltas;
  deltas.reserve(kept.windows.size());
  for (AlertWindowRow& row : kept.windows)
    deltas.push_back({.evaluation = row.evaluation, .second = row.second, .bytes = std::move(row.bytes)});
  look_through();
  return engine_->restore(evaluated, kept.checkpoint.at, kept.checkpoint.bytes, deltas);
}

Result<void> AlertStage::set_configured(AlertSettings settings) {
  auto change = parts_.desk.ask(
      [this, settings = std::move(settings)](AlertEngine& engine) -> Result<AlertChange> {
        if (!api_settings_) engine.set_settings(settings);
        return AlertChange{};
      },
      kConfiguredPatience);
  if (!change) return tl::unexpected<Error>(change.error());
  return {};
}

void AlertStage::collect_inputs(AlertSecond second) {
  if (parts_.channels && second / kSlotSeconds != channels_asked_ / kSlotSeconds) {
    channels_ = parts_.channels();
    channels_asked_ = second;
  }
  if (parts_.expiring && second / kExpiringEvery != expiring_asked_ / kExpiringEvery) {
    const AlertRule& rule = engine_->settings().rule(AlertType::kKeyExpiring);
    // A little more than the rule's days, for alerts that must not resolve at the edge.
    expiring_ = parts_.expiring(std::max(rule.warning.value_or(0), rule.critical.value_or(0)) + 1);
    expiring_asked_ = second;
  }
}

std::uint64_t AlertStage::dropped_within(AlertSecond second) {
  if (!parts_.dropped) return 0;
  const std::uint64_t total = parts_.dropped();
  if (total > dropped_total_) drops_.emplace_back(second, total - dropped_total_);
  dropped_total_ = total;
  const AlertSecond window = engine_->settings().rule(AlertType::kRecordsDropped).window_seconds;
  std::erase_if(drops_, [&](const auto& drop) { return drop.first <= second - window; });
  std::uint64_t dropped = 0;
  for (const auto& [at, count] : drops_) dropped += count;
  return dropped;
}

void AlertStage::advance(UtcTime until, UtcTime now) {
  const bool set_back = second_of(now) + kClockBackSeconds < engine_->evaluated();
  const AlertSecond second = set_back ? second_of(now) : second_of(until);
  if (second <= engine_->evaluated() && !set_back) return;
  learn_history(now);
  collect_inputs(second_of(now));
  std::vector<LimitUse> limits;
  if (parts_.limit_use && !set_back && now - until < kLimitsAge)
    limits = parts_.limit_use(engine_->limit_keys(kLimitKeysMax));
  const AlertInputs inputs{.limits = limits,
                           .expiring = expiring_,
                           .channels = channels_,
                           .dropped_recently = dropped_within(second_of(now))};
  for (AlertEvent& event : engine_->advance(second, inputs)) note(std::move(event));
  if (engine_->checkpoint_due()) urgent_ = true;
  look_through();
}

/// Once nothing was imported for a while: it takes a second or so when there is much.
void AlertStage::learn_history(UtcTime now) {
  if (std::exchange(history_grew_, false)) history_grew_at_ = now;
  if (!history_grew_at_ || now - *history_grew_at_ < kImportOver) return;
  history_grew_at_.reset();
  engine_->learn_history();
}

void AlertStage::run_requests() {
  for (const auto& waiting : parts_.desk.take()) {
    auto change = waiting->request(*engine_);
    const bool changed = change && (change->event || change->silence || change->settings);
    if (!changed) {
      parts_.desk.answer(waiting, std::move(change));
      continue;
    }
    if (change->event) note(*change->event);
    if (change->audit) commit_.audit.push_back(*change->audit);
    if (change->settings) {
      // Of several within one commit the last is the version that counts.
      commit_.settings = change->settings;
      api_settings_ = !change->settings->document.empty();
    }
    urgent_ = true;
    answers_.emplace_back(waiting, *std::move(change));
    look_through();
  }
}

void AlertStage::note(AlertEvent event) {
  commit_.events.push_back({.alert = event.alert.id,
                            .at = event.at,
                            .kind = std::string(to_string(event.kind)),
                            .by = event.by,
                            .text = event.text});
  if (!is_muted(event)) {
    commit_.outbox.push_back({.id = 0,
                              .type = outbox_type(event.kind),
                              .at = event.at,
                              .alert = make_notice(event, parts_.environment, parts_.names),
                              .channels = event.channels,
                              .recipients = event.recipients});
  }
  rows_[event.alert.id] = to_row(ActiveAlert{.alert = event.alert, .clear_since = {}});
  events_.push_back(std::move(event));
  urgent_ = true;
}

const AlertCommit& AlertStage::prepare() {
  if (!std::exchange(prepared_, true)) ++engine_->book().commits;
  for (KeptDelta& delta : engine_->take_kept()) {
    commit_.windows.push_back(
        {.evaluation = delta.evaluation, .second = delta.second, .bytes = std::move(delta.bytes)});
  }
  if (!imported_.empty()) imported_.merge(*history_, engine_->evaluated() / kHourSeconds - kHoursKept);
  if (engine_->checkpoint_due()) {
    commit_.checkpoint = AlertCheckpoint{.at = engine_->evaluated(), .bytes = engine_->checkpoint()};
    commit_.windows_before = engine_->evaluated() - kWindowsKeptSeconds;
    commit_.alerts_before = UtcTime(Seconds(engine_->evaluated())) - kAlertsKept;
  }
  for (auto& [place, entry] : engine_->book().active) {
    if (std::exchange(entry.changed, false)) rows_[entry.alert.id] = to_row(entry);
  }
  commit_.alerts.clear();
  for (const auto& [id, row] : rows_) commit_.alerts.push_back(row);
  commit_.state = state_document(engine_->book(), engine_->evaluated());
  return commit_;
}

Result<bool> AlertStage::is_stored() const {
  WEIR_TRY_ASSIGN(kept, parts_.store.load());
  return commit_.state && kept.state == *commit_.state;
}

void AlertStage::committed() {
  const bool has_outbox = !commit_.outbox.empty();
  commit_ = AlertCommit();
  rows_.clear();
  prepared_ = false;
  urgent_ = false;
  if (has_outbox && parts_.outbox_filled) parts_.outbox_filled();
  for (const AlertEvent& event : std::exchange(events_, {})) {
    if (parts_.changed) parts_.changed(event);
  }
  for (auto& [waiting, change] : std::exchange(answers_, {})) {
    if (change.stored) change.stored();
    parts_.desk.answer(waiting, std::move(change));
  }
}

void AlertStage::look_through() {
  FiringCounts counts{};
  for (const auto& [place, entry] : engine_->book().active) {
    if (entry.changed) urgent_ = true;  // in quiet times too the store shows how it stands
    ++counts[static_cast<std::size_t>(place.first)][entry.alert.severity == AlertSeverity::kCritical ? 1 : 0];
  }
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    for (std::size_t k = 0; k < 2; ++k) firing_[i][k].store(counts[i][k], std::memory_order_relaxed);
  }
}

FiringCounts AlertStage::firing() const {
  FiringCounts counts{};
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    for (std::size_t k = 0; k < 2; ++k) counts[i][k] = firing_[i][k].load(std::memory_order_relaxed);
  }
  return counts;
}

}  // namespace weir
