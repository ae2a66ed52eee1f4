// Times as people read them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/human_number.h"

namespace weir {

/// "just now", "5 min ago", "3 h ago", "in 2 d"; beyond 30 days the date, "2026-11-23".
[[nodiscard]] std::string human_time(UtcTime time, UtcTime now);

/// The same for RFC 3339 text; `none` for an empty one, the text itself when it is no time.
[[nodiscard]] std::string human_time(std::string_view rfc3339, UtcTime now, std::string_view none);

/// "2026-11-23 10:00:05" in UTC; the text itself when it is no time.
[[nodiscard]] std::string plain_time(std::string_view rfc3339);

}  // namespace weir
