#include "admin/token_json.h"

namespace weir {
namespace {

boost::json::value time_or_null(const std::optional<UtcTime>& time) {
  if (!time) return nullptr;
  return boost::json::value(to_rfc3339(*time));
}

}  // namespace

boost::json::object to_json(const AdminToken& token) {
  boost::json::object out;
  out["id"] = token.id.value();
  out["name"] = token.name;
  out["role"] = to_string(token.role);
  out["token"] = token.display;
  out["expires_at"] = time_or_null(token.expires_at);
  out["created_by"] = token.created_by;
  out["created_at"] = to_rfc3339(token.created_at);
  out["last_used"] = time_or_null(token.last_used);
  return out;
}

}  // namespace weir
