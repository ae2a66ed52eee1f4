// Times as access logs write them.
//
// Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

/// "01/Aug/1995:00:00:01 -0400", as in the Common Log Format; nothing when it is not that.
[[nodiscard]] std::optional<UtcTime> parse_common_log_time(std::string_view text);

/// RFC 3339, a Common Log Format time, or seconds since 1970 with a fraction ("1700000000.123"); nothing when
/// it is none of them.
[[nodiscard]] std::optional<UtcTime> parse_any_log_time(std::string_view text);

/// Seconds since 1970, less than none before it; from the year 9999 on its last second. Nothing for no
/// number.
[[nodiscard]] std::optional<UtcTime> log_time_of(double seconds);

/// Whether a call can have been at `at`: not before 1970, and at most a day beyond `now`, for clocks and
/// zones that are set wrong. kInvalid says what it is.
[[nodiscard]] Result<void> check_log_time(UtcTime at, UtcTime now);

/// "0.123" seconds, at least a microsecond; nothing when it is no such number or not between 0 and a week.
[[nodiscard]] std::optional<Micros> parse_log_duration(std::string_view text);
[[nodiscard]] std::optional<Micros> log_duration_of(double seconds);

}  // namespace weir
