// What tokens of the admin API look like: weiradm_<43 base62><6 base62 CRC-32>.
//
// Pure but for the random source; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

/// A new token with 256 bits from the system's random source. kUnavailable when that gives nothing.
[[nodiscard]] Result<std::string> generate_token();

/// True for what generate_token makes: anything else is no token of ours, and nothing is looked up for it.
[[nodiscard]] bool is_token_shaped(std::string_view presented);

/// How a token is shown once its secret is gone: "weiradm_Ab12…".
[[nodiscard]] std::string token_display_form(std::string_view token);

}  // namespace weir
