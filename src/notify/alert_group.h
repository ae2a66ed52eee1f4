// A group of alerts that share their messages: same channel and recipients, same environment, same type.
// Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/notification.h"
#include "notify/routing.h"
#include "notify/settings.h"
#include "store/outbox_store.h"

namespace weir {

/// Alerts a group keeps for its next message; later ones are counted.
inline constexpr std::size_t kPendingAlertsMax = 20'000;
/// Between messages of a group that must not wait.
inline constexpr Seconds kUrgentSpacing{10};

class AlertGroup {
 public:
  AlertGroup(Destination destination, std::string environment, std::string type);

  /// What a group is called in the store: destination, environment and type, as JSON.
  [[nodiscard]] static std::string name_of(const Destination& destination, const AlertNotice& alert);
  /// kCorrupt when the row is not what `row` gave.
  [[nodiscard]] static Result<AlertGroup> restore(const NotifyGroupRow& row);
  [[nodiscard]] NotifyGroupRow row() const;

  /// Takes an event into the next message; one the group was told already is passed over.
  void add(const OutboxEvent& event);

  /// When the next message should go; nothing: there is nothing to say. Quiet hours are `quiet`'s.
  [[nodiscard]] std::optional<UtcTime> due_at(const GroupingSettings& settings,
                                              const std::optional<QuietHours>& quiet) const;
  /// Makes the message; none when what happened needs none: a warning that was over before anyone was told.
  [[nodiscard]] std::optional<Message> take(UtcTime now, const std::function<std::string()>& new_id);

  /// Something must not wait: a critical alert, an escalation.
  [[nodiscard]] bool urgent() const { return urgent_since_.has_value(); }
  /// Nothing pending, nothing firing: may be forgotten once its events are gone.
  [[nodiscard]] bool idle() const { return pending_.empty() && active_.empty(); }
  /// The id of the first event not yet in a message; 0: none.
  [[nodiscard]] std::uint64_t first_pending() const { return first_pending_; }
  [[nodiscard]] std::uint64_t told_through() const { return told_through_; }
  [[nodiscard]] const Destination& destination() const { return destination_; }

 private:
  struct Active {
    bool acknowledged = false;
    bool critical = false;
    std::optional<AlertNotice> notice;  // of the first kMessageAlertsMax: what a repeat shows
  };

  [[nodiscard]] std::uint64_t unacknowledged() const;
  [[nodiscard]] bool any_critical() const;
  void apply(const OutboxEvent& event);
  void describe(Message& message, std::vector<AlertNotice> alerts) const;
  void finish(Message& message, UtcTime now, const std::function<std::string()>& new_id);

  Destination destination_;
  std::string environment_;
  std::string type_;
  std::uint64_t told_through_ = 0;
  std::string thread_id_;
  std::optional<UtcTime> last_sent_;
  std::map<std::uint64_t, Active> active_;  // told as firing or acknowledged, by alert

  std::map<std::uint64_t, OutboxEvent> pending_;  // the latest of each alert
  std::uint64_t pending_uncounted_ = 0;           // alerts beyond kPendingAlertsMax
  std::uint64_t first_pending_ = 0;
  std::uint64_t last_pending_ = 0;
  UtcTime pending_since_{};
  std::optional<UtcTime> urgent_since_;
  int gravest_ = 0;  // of the pending events' types
};

}  // namespace weir
