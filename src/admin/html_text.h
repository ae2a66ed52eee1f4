// Text inside HTML and SVG. Pure.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// As content or as the value of a quoted attribute; what is not UTF-8 or a control character is replaced.
[[nodiscard]] std::string html_text(std::string_view text);

}  // namespace weir
