#include "notify/grouper.h"

#include <algorithm>

#include "notify/digest.h"

namespace weir {

Result<void> Grouper::restore(std::span<const NotifyGroupRow> rows) {
  for (const NotifyGroupRow& row : rows) {
    if (row.name == kLogGroup || row.name == kDigestRow) continue;
    WEIR_TRY_ASSIGN(group, AlertGroup::restore(row));
    groups_.insert_or_assign(row.name, Held{std::move(group), true});
  }
  return {};
}

void Grouper::add(const OutboxEvent& event, const NotifySettings& settings) {
  seen_through_ = std::max(seen_through_, event.id);
  for (Destination& destination : destinations_of(event, settings)) {
    const std::string name = AlertGroup::name_of(destination, event.alert);
    auto found = groups_.find(name);
    if (found == groups_.end()) {
      AlertGroup group(std::move(destination), event.alert.environment, event.alert.alert_type);
      found = groups_.emplace(name, Held{std::move(group), false}).first;
    }
    found->second.group.add(event);
  }
}

/// A channel's messages are few however many groups it has: the last of them are kept for what must not wait.
std::optional<UtcTime> Grouper::allowed_at(const Held& held, const NotifySettings& settings) const {
  auto due = held.group.due_at(settings.grouping, settings.quiet_hours);
  if (!due) return std::nullopt;
  const auto recent = recent_.find(held.group.destination().channel);
  if (recent == recent_.end()) return due;
  const std::size_t all = std::max<std::size_t>(settings.grouping.messages_max, 1);
  const std::size_t most = held.group.urgent() ? all : (all + 1) / 2;
  const std::size_t sent = recent->second.size();
  if (sent < most) return due;
  return std::max(*due, recent->second[sent - most] + settings.grouping.interval);
}

void Grouper::take_due(const NotifySettings& settings, UtcTime now, OutboxStep& step) {
  for (auto& [channel, times] : recent_) {
    while (!times.empty() && (times.front() + settings.grouping.interval <= now || times.front() > now))
      times.pop_front();
  }
  std::vector<std::pair<bool, std::string>> order;  // what must not wait first
  for (const auto& [name, held] : groups_) order.emplace_back(!held.group.urgent(), name);
  std::sort(order.begin(), order.end());
  for (const auto& [later, name] : order) {
    Held& held = groups_.at(name);
    const auto at = allowed_at(held, settings);
    if (!at || *at > now) continue;
    if (auto message = held.group.take(now, new_id_)) {
      Delivery delivery;
      delivery.channel = held.group.destination().channel;
      delivery.message = *std::move(message);
      delivery.next_attempt_at = now;
      delivery.created_at = now;
      recent_[delivery.channel].push_back(now);
      step.deliveries.push_back(std::move(delivery));
    }
    step.groups.push_back(held.group.row());
    held.stored = true;
  }
  step.done_through = done_through();
  for (auto it = groups_.begin(); it != groups_.end();) {
    // Its row is what keeps events from being told again, so it outlives them.
    if (!it->second.group.idle() || it->second.group.told_through() > step.done_through) {
      ++it;
      continue;
    }
    const auto row = std::find_if(step.groups.begin(), step.groups.end(),
                                  [&](const NotifyGroupRow& one) { return one.name == it->first; });
    if (row != step.groups.end()) step.groups.erase(row);
    if (it->second.stored) step.forgotten_groups.push_back(it->first);
    it = groups_.erase(it);
  }
}

std::optional<UtcTime> Grouper::next_due(const NotifySettings& settings) const {
  std::optional<UtcTime> next;
  for (const auto& [name, held] : groups_) {
    const auto at = allowed_at(held, settings);
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

std::uint64_t Grouper::done_through() const {
  std::uint64_t done = seen_through_;
  for (const auto& [name, held] : groups_) {
    if (held.group.first_pending() != 0) done = std::min(done, held.group.first_pending() - 1);
  }
  return done;
}

}  // namespace weir
