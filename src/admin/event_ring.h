// The last events for those who watch the server live: bounded, numbered, read by anybody at their own pace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace weir {

struct LiveEvent {
  std::uint64_t id = 0;  // grows; also over restarts, while the clock is not set back
  std::string type;      // "totals", …
  std::string data;      // one line of JSON
};

/// Thread-safe; no call blocks on anything but the mutex, held to copy.
class EventRing {
 public:
  /// Five minutes of totals a second; a reader further behind has missed some.
  static constexpr std::size_t kEventsMax = 300;

  void publish(std::string type, std::string data, UtcTime now);

  struct Batch {
    std::vector<LiveEvent> events;  // in order
    bool missed = false;            // events after the one asked for are gone already
  };
  /// Events after `id`, at most `max`.
  [[nodiscard]] Batch after(std::uint64_t id, std::size_t max) const;
  /// The id of the newest event; 0: none yet.
  [[nodiscard]] std::uint64_t last_id() const;

 private:
  mutable std::mutex mutex_;
  std::deque<LiveEvent> events_;  // guarded by mutex_; at most kEventsMax
  std::uint64_t dropped_id_ = 0;  // guarded by mutex_; the newest that had to go
};

}  // namespace weir
