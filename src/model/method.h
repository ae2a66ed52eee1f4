// HTTP request methods weir knows by name (RFC 9110, 9.3; RFC 5789); others are kept as text.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

/// Stored: values are never reused or renumbered.
enum class Method : std::uint8_t {
  kOther = 0,
  kGet = 1,
  kHead = 2,
  kPost = 3,
  kPut = 4,
  kDelete = 5,
  kConnect = 6,
  kOptions = 7,
  kTrace = 8,
  kPatch = 9,
};

[[nodiscard]] std::string_view to_string(Method method);    // kOther: "OTHER"
[[nodiscard]] Method parse_method(std::string_view token);  // case-sensitive; unknown: kOther
[[nodiscard]] bool is_idempotent(Method method);            // RFC 9110, 9.2.2

}  // namespace weir
