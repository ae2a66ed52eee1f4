#include "admin/answers.h"

#include <algorithm>
#include <charconv>

#include "admin/json_text.h"
#include "admin/text.h"
#include "base/log.h"

namespace weir {
namespace {

std::string_view title_of(std::uint16_t status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

/// The weight of a media range's parameters; 1 when none is given, 0 when it cannot be read.
double weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = take_until(parameters, ';');
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    double weight = 0;
    const auto digits = parameter.substr(2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::clamp(weight, 0.0, 1.0) : 0.0;
  }
  return 1.0;
}

net::ServiceResponse answer_of(std::uint16_t status, std::string_view type, const boost::json::value& value) {
  // Answers may hold a fresh secret, and none is the same tomorrow: no cache keeps them.
  return {status,
          {{"Content-Type", std::string(type)},
           {"Cache-Control", "no-store"},
           {"X-Content-Type-Options", "nosniff"}},
          to_json_text(value)};
}

}  // namespace

net::ServiceResponse json_answer(std::uint16_t status, const boost::json::value& value) {
  return answer_of(status, "application/json", value);
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
  if (!accept || !prefers_problem_details(*accept)) return json_answer(status, {{"detail", detail}});
  return answer_of(
      status, "application/problem+json",
      {{"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"detail", detail}});
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

bool prefers_problem_details(std::string_view accept) {
  double problem = 0;
  double json = 0;
  while (!accept.empty()) {
    auto range = take_until(accept, ',');
    const auto type = take_until(range, ';');
    if (equals_ignoring_case(type, "application/problem+json")) problem = std::max(problem, weight_of(range));
    if (equals_ignoring_case(type, "application/json")) json = std::max(json, weight_of(range));
  }
  return problem > 0 && problem >= json;
}

}  // namespace weir
