#include "notify/alert_group.h"

#include <algorithm>
#include <array>
#include <tuple>

#include <boost/json.hpp>

#include "notify/message_text.h"
#include "store/notification_json.h"

namespace weir {
namespace {

namespace json = boost::json;

/// From the least to the gravest: a message has the type of its gravest change.
constexpr std::array<const char*, 6> kTypes = {"alert.resolved", "alert.commented", "alert.acknowledged",
                                               "alert.firing",   "alert.worsened",  "alert.escalated"};
constexpr int kFiring = 3;
constexpr int kEscalated = 5;

int gravity(const std::string& type) {
  const auto* found = std::find(kTypes.begin(), kTypes.end(), type);
  return found == kTypes.end() ? kFiring : static_cast<int>(found - kTypes.begin());
}

bool is_urgent(const OutboxEvent& event) {
  const int grave = gravity(event.type);
  return grave == kEscalated || (grave >= kFiring && event.alert.severity == "critical");
}

/// Texts as long as a message can show: the bounds of every channel start from these.
AlertNotice bounded(AlertNotice notice) {
  for (std::string* text : {&notice.alert_type, &notice.severity, &notice.state, &notice.subject_kind,
                            &notice.environment, &notice.unit, &notice.acknowledged_by}) {
    *text = clipped(*text, 100);
  }
  for (std::string* text : {&notice.subject, &notice.title, &notice.runbook}) *text = clipped(*text, 300);
  for (std::string* text : {&notice.summary, &notice.comment}) *text = clipped(*text, 500);
  return notice;
}

bool graver(const AlertNotice& left, const AlertNotice& right) {
  const auto rank = [](const AlertNotice& notice) {
    return std::tuple(notice.severity != "critical", notice.state != "firing", notice.alert_id);
  };
  return rank(left) < rank(right);
}

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const auto& text : list) out.emplace_back(text);
  return out;
}

}  // namespace

AlertGroup::AlertGroup(Destination destination, std::string environment, std::string type)
    : destination_(std::move(destination)), environment_(std::move(environment)), type_(std::move(type)) {}

std::string AlertGroup::name_of(const Destination& destination, const AlertNotice& alert) {
  return json::serialize(
      json::array{destination.channel, alert.environment, alert.alert_type, texts(destination.recipients)});
}

Result<AlertGroup> AlertGroup::restore(const NotifyGroupRow& row) {
  try {
    const json::value name = json::parse(row.name);
    Destination destination{std::string(name.at(0).as_string()), {}};
    for (const auto& recipient : name.at(3).as_array())
      destination.recipients.emplace_back(recipient.as_string());
    AlertGroup group(std::move(destination), std::string(name.at(1).as_string()),
                     std::string(name.at(2).as_string()));
    const json::value state = json::parse(row.state);
    group.told_through_ = row.told_through;
    group.thread_id_ = std::string(state.at("thread_id").as_string());
    if (!state.at("last_sent").is_null()) {
      group.last_sent_ = UtcTime(Micros(state.at("last_sent").to_number<std::int64_t>()));
    }
    for (const auto& item : state.at("active").as_array()) {
      Active& active = group.active_[item.at(0).to_number<std::uint64_t>()];
      active.acknowledged = item.at(1).as_bool();
      active.critical = item.at(2).as_bool();
      if (item.at(3).is_null()) continue;
      WEIR_TRY_ASSIGN(notice, parse_alert_notice(item.at(3)));
      active.notice = std::move(notice);
    }
    return group;
  } catch (const std::exception& error) {
    return fail(ErrorCode::kCorrupt, std::string("a stored group of alerts cannot be read: ") + error.what());
  }
}

NotifyGroupRow AlertGroup::row() const {
  json::array active;
  for (const auto& [id, one] : active_) {
    active.push_back(json::array{id, one.acknowledged, one.critical,
                                 one.notice ? json::value(to_json(*one.notice)) : json::value(nullptr)});
  }
  json::object state{{"thread_id", thread_id_}, {"last_sent", nullptr}, {"active", std::move(active)}};
  if (last_sent_) state["last_sent"] = last_sent_->time_since_epoch().count();
  return {.name = json::serialize(
              json::array{destination_.channel, environment_, type_, texts(destination_.recipients)}),
          .told_through = told_through_,
          .state = json::serialize(state)};
}

void AlertGroup::add(const OutboxEvent& event) {
  if (event.id <= told_through_ || event.id <= last_pending_) return;
  if (first_pending_ == 0) {
    first_pending_ = event.id;
    pending_since_ = event.at;
  }
  last_pending_ = event.id;
  gravest_ = std::max(gravest_, gravity(event.type));
  if (is_urgent(event) && !urgent_since_) urgent_since_ = event.at;
  const auto held = pending_.find(event.alert.alert_id);
  if (held != pending_.end()) {
    held->second = event;
    held->second.alert = bounded(event.alert);
  } else if (pending_.size() < kPendingAlertsMax) {
    const auto added = pending_.emplace(event.alert.alert_id, event).first;
    added->second.alert = bounded(event.alert);
  } else {
    ++pending_uncounted_;
  }
}

std::uint64_t AlertGroup::unacknowledged() const {
  return static_cast<std::uint64_t>(std::count_if(
      active_.begin(), active_.end(), [](const auto& item) { return !item.second.acknowledged; }));
}

bool AlertGroup::any_critical() const {
  return std::any_of(active_.begin(), active_.end(),
                     [](const auto& item) { return item.second.critical && !item.second.acknowledged; });
}

std::optional<UtcTime> AlertGroup::due_at(const GroupingSettings& settings,
                                          const std::optional<QuietHours>& quiet) const {
  std::optional<UtcTime> due;
  bool critical = false;
  if (urgent_since_) {
    due = last_sent_ ? std::max(*urgent_since_, *last_sent_ + kUrgentSpacing) : *urgent_since_;
    critical = true;
  } else if (first_pending_ != 0) {
    due = pending_since_ + settings.wait;
    if (last_sent_) due = std::max(*due, *last_sent_ + settings.interval);
  } else if (last_sent_ && unacknowledged() > 0) {
    due = *last_sent_ + settings.repeat;
    critical = any_critical();
  }
  if (!due) return std::nullopt;
  return quiet_until(quiet, destination_.channel, critical, *due).value_or(*due);
}

void AlertGroup::apply(const OutboxEvent& event) {
  const std::string& state = event.alert.state;
  if (state == "resolved" || event.type == "alert.resolved") {
    active_.erase(event.alert.alert_id);
    return;
  }
  Active& active = active_[event.alert.alert_id];
  active.acknowledged = state == "acknowledged";
  active.critical = event.alert.severity == "critical";
  if (active.notice || active_.size() <= kMessageAlertsMax) active.notice = event.alert;
}

void AlertGroup::describe(Message& message, std::vector<AlertNotice> alerts) const {
  std::sort(alerts.begin(), alerts.end(), graver);
  const bool critical = std::any_of(alerts.begin(), alerts.end(),
                                    [](const AlertNotice& alert) { return alert.severity == "critical"; });
  if (alerts.size() > kMessageAlertsMax) alerts.resize(kMessageAlertsMax);
  message.severity = critical ? "critical" : "warning";
  message.alerts = std::move(alerts);
}

std::optional<Message> AlertGroup::take(UtcTime now, const std::function<std::string()>& new_id) {
  Message message;
  if (first_pending_ == 0) {
    message.repeat = true;
    message.type = kTypes[kFiring];
    std::vector<AlertNotice> alerts;
    for (const auto& [id, active] : active_) {
      if (!active.acknowledged && active.notice) alerts.push_back(*active.notice);
    }
    message.alerts_total = unacknowledged();
    describe(message, std::move(alerts));
    if (any_critical()) message.severity = "critical";
    finish(message, now, new_id);
    return message;
  }
  std::vector<AlertNotice> alerts;
  for (auto& [id, event] : pending_) {
    const bool told = active_.count(id) != 0;
    const bool over = event.alert.state == "resolved" || event.type == "alert.resolved";
    apply(event);
    if (!over || told) alerts.push_back(std::move(event.alert));
  }
  message.type = kTypes[static_cast<std::size_t>(gravest_)];
  message.alerts_total = alerts.size() + pending_uncounted_;
  const bool nothing_to_say = message.alerts_total == 0;
  describe(message, std::move(alerts));
  told_through_ = last_pending_;
  pending_.clear();
  pending_uncounted_ = 0;
  first_pending_ = 0;
  last_pending_ = 0;
  urgent_since_.reset();
  gravest_ = 0;
  if (nothing_to_say) return std::nullopt;
  finish(message, now, new_id);
  return message;
}

void AlertGroup::finish(Message& message, UtcTime now, const std::function<std::string()>& new_id) {
  message.id = new_id();
  if (thread_id_.empty()) thread_id_ = message.id;
  message.thread_id = thread_id_;
  message.at = now;
  message.environment = environment_;
  message.group = type_;
  message.still_firing = unacknowledged();
  message.status = message.still_firing > 0 ? "firing" : active_.empty() ? "resolved" : "acknowledged";
  message.recipients = destination_.recipients;
  last_sent_ = now;
  if (active_.empty()) thread_id_.clear();  // the next incident is another thread
}

}  // namespace weir
