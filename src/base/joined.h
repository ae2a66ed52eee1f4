// Words in a row. fmt::join can do it too, but then every file that does compiles the formatting library
// anew.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// The texts of `texts` in their order with `between` between them: "a, b". Pure.
[[nodiscard]] std::string joined(const auto& texts, std::string_view between) {
  std::string out;
  bool first = true;
  for (const auto& text : texts) {
    if (!first) out += between;
    first = false;
    out += text;
  }
  return out;
}

}  // namespace weir
