#include "admin/call_json.h"

#include "admin/utf8.h"

namespace weir {
namespace {

boost::json::value id_or_null(std::uint32_t id) {
  if (id == 0) return nullptr;
  return id;
}

boost::json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return boost::json::value(text);
}

}  // namespace

boost::json::object to_json(const CallRow& row) {
  boost::json::object out;
  out.reserve(20);
  out["id"] = row.id;
  out["user_id"] = id_or_null(row.user.value());
  out["api_key_id"] = id_or_null(row.key.value());
  out["endpoint"] = to_utf8(row.endpoint);
  out["method"] = to_utf8(row.method);
  out["status_code"] = row.status;
  out["response_time"] = in_seconds(row.response_time);
  out["created_at"] = to_rfc3339(row.at);
  out["path"] = to_utf8(row.path);
  out["request_id"] = to_utf8(row.request_id);
  out["outcome"] = to_string(row.outcome);
  out["upstream_time"] = in_seconds(row.upstream_time);
  out["source"] = text_or_null(row.source.to_string());
  out["bytes_in"] = row.bytes_in;
  out["bytes_out"] = row.bytes_out;
  out["refused_window"] = text_or_null(row.refused_window);
  out["shadow_limited"] = row.shadow_limited;
  return out;
}

}  // namespace weir
