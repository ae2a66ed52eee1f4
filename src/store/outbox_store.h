// Where alerts' changes wait for notify, and messages for their channels: the outbox.
//
// An event is appended in the transaction that made it true. notify reads events in order, and in one
// transaction makes deliveries of them and remembers how far each group of alerts is told: so a kill at any
// instruction neither loses a message nor makes it twice.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/delivery.h"
#include "model/notification.h"

namespace weir {

/// What is remembered of a group of alerts that share their messages.
struct NotifyGroupRow {
  std::string name;
  std::uint64_t told_through = 0;  // events up to this id are in messages, or need none
  std::string state;               // JSON, whose shape notify knows

  friend bool operator==(const NotifyGroupRow&, const NotifyGroupRow&) = default;
};

/// A step of notify: all of it or nothing.
struct OutboxStep {
  std::vector<Delivery> deliveries{};  // new ones: ids are set
  std::vector<NotifyGroupRow> groups{};
  std::vector<std::string> forgotten_groups{};
  std::uint64_t done_through = 0;  // events up to this id are told to every group, and deleted
};

/// Deliveries newest first, below `before`.
struct DeliveryFilter {
  std::optional<std::string> channel{};
  std::optional<DeliveryState> state{};
  std::optional<std::string> type{};  // of the message
  DeliveryId before{};                // 0: from the newest
  std::size_t limit = 100;
};

/// A channel that takes nothing until it is enabled again.
struct DisabledChannel {
  std::string name;
  UtcTime since{};
  std::string reason;
};

/// Blocking calls; any thread.
class OutboxStore {
 public:
  virtual ~OutboxStore() = default;

  /// Appends events in a transaction of their own: for changes made by hand. The pipeline's events go into
  /// the pipeline's transaction instead.
  [[nodiscard]] virtual Result<void> append(std::span<const OutboxEvent> events) = 0;
  /// Events with ids above `after`, ascending, at most `limit`.
  [[nodiscard]] virtual Result<std::vector<OutboxEvent>> events(std::uint64_t after, std::size_t limit) = 0;
  [[nodiscard]] virtual Result<std::vector<NotifyGroupRow>> groups() = 0;
  [[nodiscard]] virtual Result<void> commit(OutboxStep& step) = 0;

  /// Pending deliveries of a channel whose time has come, earliest first, without their attempts.
  [[nodiscard]] virtual Result<std::vector<Delivery>> due(std::string_view channel, UtcTime now,
                                                          std::size_t limit) = 0;
  /// When the earliest pending delivery of any channel is due.
  [[nodiscard]] virtual Result<std::optional<UtcTime>> next_due() = 0;
  /// Adds an attempt, and stores the delivery's state, tries, next_attempt_at and ended_at. kNotFound.
  [[nodiscard]] virtual Result<void> record(const Delivery& delivery, const DeliveryAttempt& attempt) = 0;

  [[nodiscard]] virtual Result<Delivery> get(DeliveryId id) = 0;  // kNotFound
  [[nodiscard]] virtual Result<std::vector<Delivery>> list(const DeliveryFilter& filter) = 0;
  /// Makes a dead or delivered one pending again, due `now`, with its message's id and a new schedule.
  /// kNotFound, kConflict when it is pending.
  [[nodiscard]] virtual Result<Delivery> resend(DeliveryId id, UtcTime now) = 0;
  /// Deletes at most `limit` deliveries that ended before `before`, with their attempts; how many.
  [[nodiscard]] virtual Result<std::size_t> prune(UtcTime before, std::size_t limit) = 0;

  /// Deliveries that were tried in vain and wait for the next attempt, and those given up since `since`, by
  /// channel; channels without any are left out.
  [[nodiscard]] virtual Result<std::map<std::string, std::uint64_t>> failing(UtcTime since) = 0;
  /// The channels that have pending deliveries.
  [[nodiscard]] virtual Result<std::vector<std::string>> pending_channels() = 0;
  /// Makes a channel's pending deliveries dead, with `reason`.
  [[nodiscard]] virtual Result<void> give_up(std::string_view channel, std::string_view reason,
                                             UtcTime now) = 0;
  /// Disables a channel: its pending deliveries become dead with `reason`.
  [[nodiscard]] virtual Result<void> disable_channel(const DisabledChannel& channel) = 0;
  [[nodiscard]] virtual Result<void> enable_channel(std::string_view name) = 0;
  [[nodiscard]] virtual Result<std::vector<DisabledChannel>> disabled_channels() = 0;
};

}  // namespace weir
