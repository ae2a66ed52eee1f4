#include "model/role.h"

namespace weir {

std::string_view to_string(Role role) {
  if (role == Role::kAdmin) return "admin";
  return role == Role::kViewer ? "viewer" : "none";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::kNone, Role::kViewer, Role::kAdmin}) {
    if (to_string(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace weir
