// Times as access logs write them.
//
// Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace weir {

/// "01/Aug/1995:00:00:01 -0400", as in the Common Log Format; nothing when it is not that.
[[nodiscard]] std::optional<UtcTime> parse_common_log_time(std::string_view text);

/// RFC 3339, a Common Log Format time, or seconds since 1970 with a fraction ("1700000000.123"); nothing when
/// it is none of them.
[[nodiscard]] std::optional<UtcTime> parse_any_log_time(std::string_view text);

/// Seconds since 1970; nothing before it or beyond the year 9999.
[[nodiscard]] std::optional<UtcTime> log_time_of(double seconds);

/// "0.123" seconds, at least a microsecond; nothing when it is no such number or not between 0 and a week.
[[nodiscard]] std::optional<Micros> parse_log_duration(std::string_view text);
[[nodiscard]] std::optional<Micros> log_duration_of(double seconds);

}  // namespace weir
