#include "gateway/answer.h"

#include "net/error_body.h"
#include "net/head_writer.h"

namespace weir {

namespace {

void append_head(std::string& out, std::uint16_t status, std::string_view type, std::size_t size,
                 std::string_view date) {
  net::append_status_line(out, status);
  out.append("Date: ").append(date).append("\r\nContent-Type: ").append(type).append("\r\n");
  net::append_header(out, "Content-Length", size);
}

/// What every answer of ours ends with; the size of the body that was appended.
std::size_t append_rest(std::string& out, std::string_view body, const RequestContext& context) {
  out += context.limit_headers;
  out += "X-Request-Id: ";
  context.append_request_id(out);
  out += "\r\n";
  net::append_connection(out, context.http11 ? 1 : 0, context.keep_alive);
  net::append_head_end(out);
  if (context.method == Method::kHead) return 0;
  out += body;
  return body.size();
}

}  // namespace

Refusal refusal_for(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMissingKey:
      return {outcome, 401, "Missing API key"};
    case Outcome::kMalformedKey:
    case Outcome::kUnknownKey:
    case Outcome::kExpiredKey:
      return {outcome, 401, "Invalid API key"};
    case Outcome::kInactiveKey:
      return {outcome, 403, "API key is inactive"};
    case Outcome::kNotAllowed:
      return {outcome, 403, "API key is not allowed here"};
    case Outcome::kNoRoute:
      return {outcome, 404, "No route is configured for this path"};
    case Outcome::kUpstreamUnavailable:
      return {outcome, 502, "Upstream unavailable"};
    case Outcome::kUpstreamInvalid:
      return {outcome, 502, "Upstream sent an invalid answer"};
    case Outcome::kUpstreamTimeout:
      return {outcome, 504, "Upstream timed out"};
    case Outcome::kRequestTimeout:
      return {outcome, 408, "The request took too long to arrive"};
    default:
      return {};
  }
}

std::size_t append_json(std::string& out, std::string_view body, const RequestContext& context,
                        std::string_view date) {
  append_head(out, 200, "application/json", body.size(), date);
  out += "Cache-Control: no-store\r\n";
  return append_rest(out, body, context);
}

std::size_t append_refusal(std::string& out, const Refusal& refusal, const RequestContext& context,
                           std::string_view date) {
  const auto body =
      net::error_body(context.wants_problem_json, refusal.status, refusal.detail, refusal.violated_policy);
  append_head(out, refusal.status, body.content_type, body.text.size(), date);
  if (refusal.status == 401) out += "WWW-Authenticate: ApiKey\r\n";
  if (refusal.retry_after_seconds > 0) net::append_header(out, "Retry-After", refusal.retry_after_seconds);
  return append_rest(out, body.text, context);
}

}  // namespace weir
