#include "admin/user_json.h"

namespace weir {

boost::json::object to_json(const User& user) {
  boost::json::object out;
  out["id"] = user.id.value();
  out["name"] = user.name;
  out["email"] = user.email;
  out["is_active"] = user.is_active;
  out["created_at"] = to_rfc3339(user.created_at);
  out["updated_at"] = to_rfc3339(user.updated_at);
  return out;
}

}  // namespace weir
