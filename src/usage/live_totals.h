// What happened in the last second, for whoever watches: totals of the calls that came to be stored in it.
#pragma once

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/log_histogram.h"
#include "model/usage_record.h"

namespace weir {

/// Every stored call is in exactly one of these, so they add up to the call log.
struct LiveSecond {
  UtcTime at{};  // its end
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;         // status 500 and above
  std::uint64_t client_errors = 0;  // status 400 to 499
  std::uint64_t limited = 0;        // refused by a limit
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t measured = 0;  // calls whose response time is known; the times below are theirs, 0 of none
  Micros mean{};               // percentiles within 1 %
  Micros p50{};
  Micros p95{};
  Micros p99{};
  Micros max{};
};

/// One thread, the pipeline's. Pure but for what it calls.
class LiveTotals {
 public:
  /// `closed` gets every second that ended, quiet ones too; it must not block.
  explicit LiveTotals(std::function<void(const LiveSecond&)> closed) : closed_(std::move(closed)) {}

  void add(const UsageRecord& record);
  /// Closes the second when it is over. Seconds nobody ticked in (the store was slow) are one with the next;
  /// a clock that was set back begins a new one.
  void tick(UtcTime now);

 private:
  std::function<void(const LiveSecond&)> closed_;
  UtcTime opened_{};
  LiveSecond open_;
  LogHistogram times_;
  std::uint64_t sum_micros_ = 0;
};

}  // namespace weir
