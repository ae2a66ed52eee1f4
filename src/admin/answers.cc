#include "admin/answers.h"

#include <utility>

#include "admin/json_text.h"
#include "base/log.h"
#include "net/error_body.h"

namespace weir {
namespace {

net::ServiceResponse answer_of(std::uint16_t status, std::string_view type, std::string body) {
  // Answers may hold a fresh secret, and none is the same tomorrow: no cache keeps them.
  return {status,
          {{"Content-Type", std::string(type)},
           {"Cache-Control", "no-store"},
           {"X-Content-Type-Options", "nosniff"}},
          std::move(body)};
}

}  // namespace

net::ServiceResponse json_answer(std::uint16_t status, const boost::json::value& value) {
  return answer_of(status, "application/json", to_json_text(value));
}

net::ServiceResponse file_answer(std::string type, std::string body) {
  return {
      200,
      {{"Content-Type", std::move(type)},
       {"Cache-Control", "no-store"},
       {"X-Content-Type-Options", "nosniff"},
       {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}},
      std::move(body)};
}

net::ServiceResponse page_answer(boost::json::array items, const std::string& next_cursor) {
  boost::json::object page;
  page["items"] = std::move(items);
  if (next_cursor.empty())
    page["next_cursor"] = nullptr;
  else
    page["next_cursor"] = next_cursor;
  return json_answer(200, page);
}

net::ServiceResponse error_answer(const net::ServiceRequest& request, std::uint16_t status,
                                  std::string_view detail) {
  const auto accept = request.header("Accept");
  auto body = net::error_body(accept && net::prefers_problem_json(*accept), status, detail);
  return answer_of(status, body.content_type, std::move(body.text));
}

net::ServiceResponse error_answer(const net::ServiceRequest& request, const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalid:
      return error_answer(request, 422, error.detail);
    case ErrorCode::kNotFound:
      return error_answer(request, 404, error.detail);
    case ErrorCode::kConflict:
    case ErrorCode::kFull:
      return error_answer(request, 409, error.detail);
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
    case ErrorCode::kIo:
      log::warn("the admin API could not do what was asked", {{"reason", error.detail}});
      return error_answer(request, 503, error.detail);
    default:
      log::error("the admin API failed", {{"reason", error.detail}});
      return error_answer(request, 500, "Internal server error");
  }
}

}  // namespace weir
