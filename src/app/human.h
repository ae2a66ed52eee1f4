// Numbers and times as people read them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir {

/// "just now", "5 min ago", "3 h ago", "in 2 d"; beyond 30 days the date, "2026-11-23".
[[nodiscard]] std::string human_time(UtcTime time, UtcTime now);

/// The same for RFC 3339 text; `none` for an empty one, the text itself when it is no time.
[[nodiscard]] std::string human_time(std::string_view rfc3339, UtcTime now, std::string_view none);

/// "2026-11-23 10:00:05" in UTC; the text itself when it is no time.
[[nodiscard]] std::string plain_time(std::string_view rfc3339);

/// "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// Bytes as "812 B", "1.2 MiB".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);

/// Seconds as "0.4 ms", "12 ms", "1.25 s".
[[nodiscard]] std::string human_seconds(double seconds);

}  // namespace weir
