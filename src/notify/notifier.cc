#include "notify/notifier.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "base/log.h"
#include "notify/log_channel.h"
#include "notify/render.h"
#include "notify/retry_schedule.h"

namespace weir {
namespace {

constexpr std::size_t kEventsAtOnce = 5000;
constexpr std::size_t kPruneAtOnce = 500;
constexpr Seconds kPruneInterval{60};
constexpr Millis kDueSoonest{200};       // what is overdue waits for room on its channel
constexpr Millis kTestPatience{20'000};  // beyond the attempt's own bound: only a defect needs it

const ChannelSettings* find_channel(const NotifySettings& settings, const std::string& name) {
  for (const auto& channel : settings.channels) {
    if (channel.name == name) return &channel;
  }
  return nullptr;
}

Verdict judge(bool mail, const AttemptOutcome& outcome, std::uint32_t tries, UtcTime now, double jitter) {
  return mail ? judge_mail(outcome, tries, now, jitter) : judge_http(outcome, tries, now, jitter);
}

Message test_message(const std::string& environment, UtcTime now) {
  AlertNotice notice;
  notice.alert_type = "test";
  notice.severity = "warning";
  notice.state = "resolved";
  notice.environment = environment;
  notice.title = "Test of a channel";
  notice.summary = "Nothing happened: somebody asked weir to try this channel.";
  notice.subject_kind = "overall";
  notice.subject = "weir";
  notice.started_at = notice.updated_at = now;
  notice.resolved_at = now;
  Message message;
  message.id = new_message_id();
  message.thread_id = message.id;
  message.type = "channel.test";
  message.at = now;
  message.environment = environment;
  message.group = "test";
  message.severity = "warning";
  message.status = "resolved";
  message.alerts = {std::move(notice)};
  message.alerts_total = 1;
  return message;
}

}  // namespace

std::string new_message_id() {
  unsigned char bytes[16] = {};
  RAND_bytes(bytes, sizeof bytes);
  std::string id = "msg_";
  for (const unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

Notifier::Notifier(NotifySettings settings, OutboxStore& outbox, std::string user_agent,
                   std::unique_ptr<Sender> sender)
    : outbox_(outbox),
      user_agent_(std::move(user_agent)),
      sender_(std::move(sender)),
      random_(std::random_device{}()),
      wanted_(settings),
      shown_(std::move(settings)) {}

Result<std::unique_ptr<Notifier>> Notifier::create(NotifySettings settings, OutboxStore& outbox,
                                                   std::string user_agent) {
  WEIR_TRY_ASSIGN(sender, Sender::create({.allow_private_targets = settings.allow_private_targets,
                                          .user_agent = user_agent}));
  return std::unique_ptr<Notifier>(
      new Notifier(std::move(settings), outbox, std::move(user_agent), std::move(sender)));
}

Result<void> Notifier::step(UtcTime now) {
  WEIR_TRY(record_finished(now));
  WEIR_TRY(take_settings(now));
  if (!grouper_) WEIR_TRY(load());
  WEIR_TRY(read_events());
  WEIR_TRY(make_deliveries(now));
  WEIR_TRY(start_due(now));
  return prune(now);
}

Millis Notifier::until_due(UtcTime now, Millis most) const {
  std::optional<UtcTime> due = next_due_;
  if (grouper_) {
    const auto message = grouper_->next_due(settings_);
    if (message && (!due || *message < *due)) due = message;
  }
  if (!due) return most;
  return std::clamp(std::chrono::ceil<Millis>(*due - now), kDueSoonest, most);
}

void Notifier::wait(Millis patience) {
  auto finished = sender_->wait(patience);
  finished_.insert(finished_.end(), std::make_move_iterator(finished.begin()),
                   std::make_move_iterator(finished.end()));
}

void Notifier::reconfigure(NotifySettings settings) {
  {
    const std::lock_guard lock(mutex_);
    if (settings == shown_) return;
    shown_ = settings;
    wanted_ = std::move(settings);
  }
  wake();
}

Result<void> Notifier::take_settings(UtcTime now) {
  std::optional<NotifySettings> wanted;
  {
    const std::lock_guard lock(mutex_);
    wanted = wanted_;
  }
  if (!wanted) return {};
  WEIR_TRY_ASSIGN(pending, outbox_.pending_channels());
  for (const auto& name : pending) {
    if (find_channel(*wanted, name) != nullptr) continue;
    WEIR_TRY(outbox_.give_up(name, "the channel is not configured any more", now));
  }
  settings_ = *std::move(wanted);
  sender_->allow_private_targets(settings_.allow_private_targets);
  grouper_.reset();  // pending events may go elsewhere now
  const std::lock_guard lock(mutex_);
  if (wanted_ == settings_) wanted_.reset();
  return {};
}

Result<void> Notifier::load() {
  WEIR_TRY_ASSIGN(rows, outbox_.groups());
  WEIR_TRY_ASSIGN(disabled, outbox_.disabled_channels());
  Grouper grouper(new_message_id);
  if (auto restored = grouper.restore(rows); !restored) {
    log::error("what the channels were told is lost: alerts may be told again",
               {{"reason", restored.error().detail}});
    grouper = Grouper(new_message_id);
  }
  for (const auto& row : rows) {
    if (row.name == kLogGroup) stored_logged_ = row.told_through;
  }
  logged_through_ = std::max(logged_through_, stored_logged_);
  disabled_.clear();
  for (auto& channel : disabled) disabled_.insert(std::move(channel.name));
  read_through_ = 0;
  look_again_ = true;
  grouper_ = std::move(grouper);
  return {};
}

Result<void> Notifier::read_events() {
  for (;;) {
    WEIR_TRY_ASSIGN(events, outbox_.events(read_through_, kEventsAtOnce));
    for (const OutboxEvent& event : events) {
      if (event.id > logged_through_) log_event(event);
      logged_through_ = std::max(logged_through_, event.id);
      grouper_->add(event, settings_);
      read_through_ = event.id;
    }
    if (events.size() < kEventsAtOnce) return {};
  }
}

Result<void> Notifier::make_deliveries(UtcTime now) {
  OutboxStep step;
  grouper_->take_due(settings_, now, step);
  if (logged_through_ > stored_logged_) {
    step.groups.push_back({.name = std::string(kLogGroup), .told_through = logged_through_, .state = "{}"});
  }
  for (Delivery& delivery : step.deliveries) {
    if (disabled_.count(delivery.channel) == 0) continue;
    delivery.state = DeliveryState::kDead;
    delivery.ended_at = now;
    delivery.attempts.push_back({.at = now, .took = Micros(0), .detail = "the channel is disabled"});
    count(delivery.channel, &ChannelCounts::dead);
  }
  const bool changes = !step.deliveries.empty() || !step.groups.empty() || !step.forgotten_groups.empty() ||
                       step.done_through > stored_done_;
  if (!changes) return {};
  if (auto stored = outbox_.commit(step); !stored) {
    grouper_.reset();  // it is ahead of the store
    return stored;
  }
  stored_done_ = step.done_through;
  stored_logged_ = logged_through_;
  if (!step.deliveries.empty()) look_again_ = true;
  return {};
}

Result<void> Notifier::start_due(UtcTime now) {
  if (look_again_.exchange(false)) {
    auto next = outbox_.next_due();
    if (!next) {
      look_again_ = true;
      return tl::unexpected<Error>(next.error());
    }
    next_due_ = *next;
  }
  if (!next_due_ || *next_due_ > now) return {};
  look_again_ = true;
  for (const ChannelSettings& channel : settings_.channels) {
    const auto busy =
        static_cast<std::size_t>(std::count_if(flights_.begin(), flights_.end(), [&](const auto& flight) {
          return flight.second.delivery.channel == channel.name;
        }));
    if (busy >= kChannelInFlightMax) continue;
    WEIR_TRY_ASSIGN(due, outbox_.due(channel.name, now, kChannelInFlightMax + busy));
    std::size_t room = kChannelInFlightMax - busy;
    for (Delivery& delivery : due) {
      const std::uint64_t id = delivery.id.value();
      if (room == 0) break;
      if (flights_.count(id) != 0) continue;
      Outgoing outgoing = render(channel, delivery.message, now);
      const bool mail = std::holds_alternative<Mail>(outgoing);
      WEIR_TRY(sender_->start(id, std::move(outgoing)));
      flights_.emplace(id, Flight{std::move(delivery), mail});
      --room;
    }
  }
  return {};
}

Result<void> Notifier::record_finished(UtcTime now) {
  wait(Millis(0));
  while (!finished_.empty()) {
    const Finished& finished = finished_.front();
    if (const auto found = flights_.find(finished.tag); found != flights_.end()) {
      // One that was deleted meanwhile needs no record.
      auto recorded = record(found->second, finished.outcome, now);
      if (!recorded && recorded.error().code != ErrorCode::kNotFound) return recorded;
      flights_.erase(found);
      look_again_ = true;
    }
    finished_.erase(finished_.begin());
  }
  return {};
}

Result<void> Notifier::record(const Flight& flight, const AttemptOutcome& outcome, UtcTime now) {
  Delivery delivery = flight.delivery;
  ++delivery.tries;
  const double jitter = std::uniform_real_distribution<double>(0, 1)(random_);
  const Verdict verdict = judge(flight.mail, outcome, delivery.tries, now, jitter);
  const bool delivered = verdict.kind == Verdict::Kind::kDelivered;
  const bool is_gone = find_channel(settings_, delivery.channel) == nullptr;  // while the attempt was made
  const bool retry = verdict.kind == Verdict::Kind::kRetry && !is_gone;
  delivery.state = delivered ? DeliveryState::kDelivered
                   : retry   ? DeliveryState::kPending
                             : DeliveryState::kDead;
  if (retry)
    delivery.next_attempt_at = verdict.next_attempt_at;
  else
    delivery.ended_at = now;
  WEIR_TRY(outbox_.record(delivery, {.at = now - outcome.took,
                                     .took = outcome.took,
                                     .delivered = delivered,
                                     .status_code = outcome.status_code,
                                     .detail = verdict.detail}));
  count(delivery.channel, delivered ? &ChannelCounts::delivered
                          : retry   ? &ChannelCounts::failed
                                    : &ChannelCounts::dead);
  if (verdict.kind == Verdict::Kind::kDisableChannel) {
    WEIR_TRY(outbox_.disable_channel({delivery.channel, now, "the receiver is gone (HTTP 410)"}));
    disabled_.insert(delivery.channel);
  }
  if (!delivered) {
    log::warn(retry ? "a message is not delivered: it is tried again" : "a message is given up",
              {{"channel", delivery.channel},
               {"message", delivery.message.id},
               {"delivery", delivery.id.value()},
               {"tries", delivery.tries},
               {"reason", verdict.detail}});
  }
  return {};
}

Result<void> Notifier::prune(UtcTime now) {
  if (now >= pruned_at_ && now - pruned_at_ < kPruneInterval) return {};
  WEIR_TRY(outbox_.prune(now - kDeliveriesKept, kPruneAtOnce));
  pruned_at_ = now;
  return {};
}

void Notifier::count(const std::string& channel, std::uint64_t ChannelCounts::*which) {
  const std::lock_guard lock(mutex_);
  ++(counts_[channel].*which);
}

std::map<std::string, ChannelCounts> Notifier::counts() const {
  const std::lock_guard lock(mutex_);
  auto counts = counts_;
  for (const auto& channel : shown_.channels) counts.try_emplace(channel.name);
  return counts;
}

NotifySettings Notifier::settings() const {
  const std::lock_guard lock(mutex_);
  return shown_;
}

Result<std::vector<ChannelStatus>> Notifier::channels() {
  WEIR_TRY_ASSIGN(disabled, outbox_.disabled_channels());
  const std::lock_guard lock(mutex_);
  std::vector<ChannelStatus> out;
  for (const auto& channel : shown_.channels) {
    ChannelStatus status{channel, std::nullopt, {}};
    for (const auto& one : disabled) {
      if (one.name == channel.name) status.disabled = one;
    }
    if (const auto found = counts_.find(channel.name); found != counts_.end()) status.counts = found->second;
    out.push_back(std::move(status));
  }
  return out;
}

Result<ChannelTest> Notifier::test(const std::string& name, const std::string& environment, UtcTime now) {
  ChannelSettings channel;
  bool allow_private = false;
  {
    const std::lock_guard lock(mutex_);
    const ChannelSettings* found = find_channel(shown_, name);
    if (found == nullptr)
      return fail(ErrorCode::kNotFound, fmt::format("there is no channel '{}'", name.substr(0, 64)));
    channel = *found;
    allow_private = shown_.allow_private_targets;
  }
  WEIR_TRY_ASSIGN(sender,
                  Sender::create({.allow_private_targets = allow_private, .user_agent = user_agent_}));
  Outgoing outgoing = render(channel, test_message(environment, now), now);
  const bool mail = std::holds_alternative<Mail>(outgoing);
  WEIR_TRY(sender->start(1, std::move(outgoing)));
  std::vector<Finished> finished;
  for (Millis left = kTestPatience; finished.empty() && left.count() > 0; left -= Millis(100))
    finished = sender->wait(Millis(100));
  if (finished.empty()) return fail(ErrorCode::kTimeout, "the channel's test did not end");
  const AttemptOutcome& outcome = finished.front().outcome;
  const Verdict verdict = judge(mail, outcome, kTriesMax, now, 0);
  ChannelTest test{.delivered = verdict.kind == Verdict::Kind::kDelivered,
                   .status_code = outcome.status_code,
                   .took = outcome.took,
                   .detail = verdict.detail,
                   .answer = outcome.answer};
  if (!test.delivered) return test;
  WEIR_TRY(outbox_.enable_channel(name));
  {
    const std::lock_guard lock(mutex_);
    wanted_ = shown_;  // the step's thread reads anew which channels are disabled
  }
  wake();
  return test;
}

Result<Delivery> Notifier::resend(DeliveryId id, UtcTime now) {
  auto delivery = outbox_.resend(id, now);
  look_again_ = true;
  wake();
  return delivery;
}

Result<void> Notifier::post(OutboxStep& step) {
  WEIR_TRY(outbox_.commit(step));
  look_again_ = true;
  wake();
  return {};
}

}  // namespace weir
