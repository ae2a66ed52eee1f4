// Base64 (RFC 4648, section 4). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing when `text` is not the padded encoding of something.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace weir
