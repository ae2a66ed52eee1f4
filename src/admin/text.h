// Small pieces of reading header values.
#pragma once

#include <string_view>

namespace weir {

/// Letter case of ASCII aside.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

/// Takes what stands before `separator` off the front of `text`, without blanks around it.
[[nodiscard]] std::string_view take_until(std::string_view& text, char separator);

}  // namespace weir
