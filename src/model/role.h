// What somebody may do on the admin side.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

/// Stored by name. A greater role may do what a smaller one may.
enum class Role : std::uint8_t {
  kNone = 0,    // of nobody known
  kViewer = 1,  // reads everything that is no secret
  kAdmin = 2,   // changes things
};

[[nodiscard]] std::string_view to_string(Role role);  // "none", "viewer", "admin"
[[nodiscard]] std::optional<Role> parse_role(std::string_view name);

}  // namespace weir
