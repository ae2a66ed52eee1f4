// Which weir this is.
#pragma once

#include <string_view>

namespace weir {

/// "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace weir
