// Time as a value. Functions take `now`; only `app` makes a SystemClock.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace weir {

using Nanos = std::chrono::nanoseconds;
using Micros = std::chrono::microseconds;
using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

[[nodiscard]] constexpr double in_seconds(Micros time) {
  return static_cast<double>(time.count()) / 1e6;
}

/// Civil time, for what is stored and shown. Can step (NTP, an operator).
using UtcTime = std::chrono::sys_time<Micros>;

/// Time since boot including suspend (CLOCK_BOOTTIME): never steps; for durations and deadlines.
struct BoottimeTag {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Nanos;
  using time_point = std::chrono::time_point<BoottimeTag, Nanos>;
  static constexpr bool is_steady = true;
};
using Instant = std::chrono::time_point<BoottimeTag, Nanos>;

/// Where `now` comes from. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UtcTime utc() const = 0;
  [[nodiscard]] virtual Instant instant() const = 0;
};

/// The machine's clocks (CLOCK_REALTIME, CLOCK_BOOTTIME).
class SystemClock final : public Clock {
 public:
  [[nodiscard]] UtcTime utc() const override;
  [[nodiscard]] Instant instant() const override;
};

/// A clock that stands still until it is told: for tests.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] UtcTime utc() const override { return utc_; }
  [[nodiscard]] Instant instant() const override { return instant_; }
  void advance(Nanos by) {
    utc_ += std::chrono::duration_cast<Micros>(by);
    instant_ += by;
  }
  void step_utc(Micros by) { utc_ += by; }

 private:
  UtcTime utc_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
  Instant instant_{std::chrono::hours{1}};
};

/// RFC 3339 in UTC with microseconds: "2026-11-23T10:00:00.000000Z".
[[nodiscard]] std::string to_rfc3339(UtcTime time);

/// Reads RFC 3339 with any offset; fraction digits beyond microseconds are cut. kInvalid names the text.
[[nodiscard]] Result<UtcTime> parse_rfc3339(std::string_view text);

}  // namespace weir
