#include "admin/request_body.h"

#include <fmt/format.h>

#include "admin/json_document.h"
#include "admin/text.h"

namespace weir {
namespace {

tl::unexpected<BodyRefusal> refuse(std::uint16_t status, std::string detail) {
  return tl::unexpected<BodyRefusal>(BodyRefusal{status, std::move(detail)});
}

/// "application/json", with a charset of UTF-8 or none (RFC 8259 knows no other).
bool is_json_type(std::string_view content_type) {
  if (!equals_ignoring_case(take_until(content_type, ';'), "application/json")) return false;
  while (!content_type.empty()) {
    auto parameter = take_until(content_type, ';');
    if (!equals_ignoring_case(take_until(parameter, '='), "charset")) continue;
    if (!equals_ignoring_case(parameter, "utf-8") && !equals_ignoring_case(parameter, "\"utf-8\""))
      return false;
  }
  return true;
}

}  // namespace

tl::expected<boost::json::value, BodyRefusal> read_json_body(const net::ServiceRequest& request,
                                                             BodyRule rule) {
  if (rule == BodyRule::kNone) return boost::json::value{};
  if (request.body.empty()) {
    if (rule == BodyRule::kOptional) return boost::json::value(boost::json::object{});
    return refuse(400, "The body is empty: a JSON object is needed");
  }
  const auto coding = request.header("Content-Encoding");
  if (coding && !equals_ignoring_case(*coding, "identity")) {
    return refuse(415, "Content-Encoding must not be used here");
  }
  const auto type = request.header("Content-Type");
  if (!type) return refuse(415, "Content-Type must be application/json, but is missing");
  if (!is_json_type(*type)) return refuse(415, "Content-Type must be application/json");
  auto document = parse_json_document(request.body);
  if (!document) return refuse(400, std::move(document).error().detail);
  return std::move(*document);
}

}  // namespace weir
