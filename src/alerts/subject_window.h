// The last minutes of one key, one endpoint or of everything, in slots of ten seconds.
//
// Not thread-safe. Only slots with calls take memory: some four bytes for the counts, and while response
// times are looked at, a dozen or two for those. What all slots come to is at hand without reading them: for
// most subjects that is enough to know that nothing is wrong.
#pragma once

#include <cstdint>
#include <vector>

#include "alerts/alert_second.h"
#include "alerts/slot_bytes.h"
#include "alerts/window_delta.h"

namespace weir {

inline constexpr AlertSecond kSlotSeconds = 10;
/// Counts older than this are forgotten: the longest window of a rule about traffic.
inline constexpr AlertSecond kWindowSecondsMax = 300;

/// Slots [first, last] that cover the `seconds` before `now`: exactly when `now` is a multiple of ten, else
/// with up to ten seconds more.
struct SlotRange {
  std::int64_t first;
  std::int64_t last;

  [[nodiscard]] static SlotRange before(AlertSecond now, AlertSecond seconds) {
    return {.first = (now - seconds) / kSlotSeconds, .last = (now - 1) / kSlotSeconds};
  }
};

/// Whether windows at `now` still look at a call that ended at `second`: slots leave them whole.
[[nodiscard]] inline bool is_in_minutes(AlertSecond second, AlertSecond now) {
  return second / kSlotSeconds >= SlotRange::before(now, kWindowSecondsMax).first;
}

class SubjectWindow {
 public:
  void add(std::int64_t slot, const TrafficCounts& counts);
  /// May be empty.
  void add(std::int64_t slot, PackedLatency latency);
  /// Forgets counts before `counts_from` and response times before `latency_from`.
  void expire(std::int64_t counts_from, std::int64_t latency_from);

  [[nodiscard]] bool empty() const { return counts_.empty(); }
  [[nodiscard]] TrafficCounts sum(SlotRange range) const;
  /// One for each slot of `range`.
  [[nodiscard]] std::vector<TrafficCounts> slots(SlotRange range) const;
  void latency(SlotRange range, LatencySum& sum) const;
  /// Of all slots there are: at least what `sum` answers for any range.
  [[nodiscard]] const TrafficCounts& total() const { return total_; }
  /// No statistic of `latency` is above this bucket's, 0 without any.
  [[nodiscard]] std::uint16_t slowest_bucket() const { return slowest_; }
  /// The same in seconds.
  [[nodiscard]] double slowest() const { return slowest_ == 0 ? 0 : latency_of(slowest_); }
  [[nodiscard]] std::size_t heap_bytes() const { return counts_.heap_bytes() + latency_.heap_bytes(); }

  /// `add` to the newest slot is about to come.
  void fetch() const {
    counts_.fetch();
    latency_.fetch();
  }

 private:
  SlotBytes counts_;
  SlotBytes latency_;  // PackedLatency
  TrafficCounts total_;
  std::uint16_t slowest_ = 0;  // bucket
};

}  // namespace weir
