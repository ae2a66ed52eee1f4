// The last events for those who watch the server live: bounded, numbered, read by anybody at their own pace.
//
// Each topic has room of its own, so that a burst of alerts pushes no totals out. Readers see all topics in
// the order of their ids.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace weir {

enum class LiveTopic : std::uint8_t { kTotals, kAlert };
inline constexpr std::size_t kLiveTopics = 2;
[[nodiscard]] std::string_view to_string(LiveTopic topic);  // "totals", "alert"

struct LiveEvent {
  std::uint64_t id = 0;  // grows; also over restarts, while the clock is not set back
  LiveTopic topic = LiveTopic::kTotals;
  std::string data;  // one line of JSON
};

/// Thread-safe; no call blocks on anything but the mutex, held to copy.
class EventRing {
 public:
  /// Of each topic: five minutes of totals a second; a reader further behind has missed some.
  static constexpr std::size_t kEventsMax = 300;

  /// `now`: what came before is gone.
  explicit EventRing(UtcTime now);

  void publish(LiveTopic topic, std::string data, UtcTime now);

  struct Batch {
    std::vector<LiveEvent> events;  // in order
    /// Of each topic the id of the newest event that is gone. Whoever asked for what came after an older one
    /// has missed some; or may have, when it was before this ring began.
    std::array<std::uint64_t, kLiveTopics> gone{};
  };
  /// Events after `id`, at most `max`.
  [[nodiscard]] Batch after(std::uint64_t id, std::size_t max) const;
  /// The id of the newest event, or of the last there may have been before.
  [[nodiscard]] std::uint64_t last_id() const;

 private:
  mutable std::mutex mutex_;
  std::array<std::deque<LiveEvent>, kLiveTopics> events_;  // guarded by mutex_; at most kEventsMax each
  std::array<std::uint64_t, kLiveTopics> gone_{};          // guarded by mutex_
  std::uint64_t last_id_ = 0;                              // guarded by mutex_
};

}  // namespace weir
