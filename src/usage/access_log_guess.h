// Which format an access log is in, told by its first lines.
//
// Pure; any bytes are safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "usage/access_log.h"

namespace weir {

/// Lines that are looked at.
inline constexpr std::size_t kGuessLinesMax = 100;

/// The format of the first line of `beginning` that is of one; a line that is none, as a comment, decides
/// nothing. JSON too where a line is only like it, with fields of other names. Nothing: no line is of any.
[[nodiscard]] std::optional<AccessLogFormat> guess_access_log_format(std::string_view beginning);

}  // namespace weir
