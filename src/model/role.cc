#include "model/role.h"

namespace weir {

std::string_view to_string(Role role) {
  return role == Role::kAdmin ? "admin" : "viewer";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::kViewer, Role::kAdmin}) {
    if (to_string(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace weir
