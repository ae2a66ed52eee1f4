// What keys look like: weir_<env>_<30 base62><6 base62 CRC-32>, recognisable and safe against typing errors.
//
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

/// Longest key weir takes, made here or imported.
inline constexpr std::size_t kKeyLengthMax = 256;

/// What a presented text can be, before anything is looked up.
enum class KeyShape {
  kWeir,       // made by weir, checksum right
  kForeign,    // 8 to 256 visible ASCII characters: may have been imported
  kMalformed,  // neither, or begins like weir's and is damaged
};
[[nodiscard]] KeyShape classify_key(std::string_view presented) noexcept;

/// The environment as it appears in keys: its letters and digits in lower case, at most 16; "default" when
/// there are none.
[[nodiscard]] std::string environment_token(std::string_view environment);

/// A new key with 178 bits from the system's random source. kUnavailable when that gives nothing.
[[nodiscard]] Result<std::string> generate_key(std::string_view environment);

/// How a key is shown once its secret is gone: "weir_production_Ab12…". Of a foreign key its first four
/// characters, and none of one shorter than 16.
[[nodiscard]] std::string display_form(std::string_view key);

}  // namespace weir
