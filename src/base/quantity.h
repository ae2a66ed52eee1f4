// Durations and sizes as people write them: "30s", "24h", "4GiB".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

/// One whole number and one of ms, s, m, h, d, y (365 days); or "0". At most 3,660 days. kInvalid names the
/// text.
[[nodiscard]] Result<Millis> parse_duration(std::string_view text);

/// In the largest unit that leaves a whole number: "90s", "5m", "0s".
[[nodiscard]] std::string format_duration(Millis duration);

/// Bytes: one whole number and nothing, B, KiB, MiB, GiB, TiB or kB, MB, GB, TB. kInvalid names the text.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

/// In the largest binary unit that leaves a whole number: "4GiB", "1000B".
[[nodiscard]] std::string format_size(std::uint64_t bytes);

}  // namespace weir
