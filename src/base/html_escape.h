// Text inside HTML and SVG. Pure.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// As content or as the value of a quoted attribute. Control characters become blanks; what is not UTF-8
/// stays as it is.
[[nodiscard]] std::string html_escaped(std::string_view text);

}  // namespace weir
