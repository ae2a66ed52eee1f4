// Turns alerts' changes into few messages: waits for more, spaces them, repeats what nobody acknowledged, and
// keeps within a number of messages a channel. Pure: time and ids are given.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "notify/alert_group.h"
#include "notify/settings.h"
#include "store/outbox_store.h"

namespace weir {

/// The name of the row that says how far weir's own log is told.
inline constexpr std::string_view kLogGroup = "log";

/// Not thread-safe. What it holds is what the store has: after a step that could not be stored it is made
/// anew.
class Grouper {
 public:
  /// `new_id` gives a new message's id, never the same twice.
  explicit Grouper(std::function<std::string()> new_id) : new_id_(std::move(new_id)) {}

  /// Rows of groups, as steps gave them. A row that cannot be read is kCorrupt.
  [[nodiscard]] Result<void> restore(std::span<const NotifyGroupRow> rows);

  /// An event, once, in the order of ids.
  void add(const OutboxEvent& event, const NotifySettings& settings);

  /// Adds what is due to `step`: deliveries, the groups' rows, how far all groups are told.
  void take_due(const NotifySettings& settings, UtcTime now, OutboxStep& step);

  /// When something becomes due.
  [[nodiscard]] std::optional<UtcTime> next_due(const NotifySettings& settings) const;
  /// Events up to this id are in messages or need none.
  [[nodiscard]] std::uint64_t done_through() const;

 private:
  struct Held {
    AlertGroup group;
    bool stored = false;  // has a row
  };
  [[nodiscard]] std::optional<UtcTime> allowed_at(const Held& held, const NotifySettings& settings) const;

  std::function<std::string()> new_id_;
  std::map<std::string, Held> groups_;                 // by name
  std::map<std::string, std::deque<UtcTime>> recent_;  // messages of each channel, within the interval
  std::uint64_t seen_through_ = 0;                     // events added
};

}  // namespace weir
