// Secrets as text: a prefix, random base62 characters, and a checksum against typing errors.
//
// Pure but for the random source; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

/// Characters of a checksum at the end: CRC-32 (ISO 3309) of what is before it, in base62.
inline constexpr std::size_t kChecksumLength = 6;

[[nodiscard]] bool is_base62(std::string_view text);

/// `prefix`, `random_length` characters from the system's random source (5.95 bits each), the checksum.
/// kUnavailable when the source gives nothing.
[[nodiscard]] Result<std::string> random_checked_text(std::string_view prefix, std::size_t random_length);

/// True when `text` ends with the checksum of what is before it.
[[nodiscard]] bool has_valid_checksum(std::string_view text);

}  // namespace weir
