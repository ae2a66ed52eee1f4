// Whether bytes are UTF-8 (RFC 3629): JSON answers may quote only that.
#pragma once

#include <string>
#include <string_view>

namespace weir {

[[nodiscard]] bool is_utf8(std::string_view bytes);

/// `bytes` with every byte that is no UTF-8 replaced by U+FFFD. Paths and header values are any bytes.
[[nodiscard]] std::string to_utf8(std::string_view bytes);

}  // namespace weir
