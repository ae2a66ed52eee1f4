#include "gateway/answer.h"

#include "net/error_body.h"
#include "net/head_writer.h"

namespace weir {

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

std::size_t append_refusal(std::string& out, const Refusal& refusal, const RequestContext& context,
                           std::string_view date) {
  const auto body =
      net::error_body(context.wants_problem_json, refusal.status, refusal.detail, refusal.violated_policy);
  net::append_status_line(out, refusal.status);
  out.append("Date: ").append(date).append("\r\nContent-Type: ").append(body.content_type).append("\r\n");
  net::append_header(out, "Content-Length", body.text.size());
  if (refusal.status == 401) out += "WWW-Authenticate: ApiKey\r\n";
  if (refusal.retry_after_seconds > 0) net::append_header(out, "Retry-After", refusal.retry_after_seconds);
  out += context.limit_headers;
  out += "X-Request-Id: ";
  context.append_request_id(out);
  out += "\r\n";
  net::append_connection(out, context.http11 ? 1 : 0, context.keep_alive);
  net::append_head_end(out);
  if (context.method == Method::kHead) return 0;
  out += body.text;
  return body.text.size();
}

}  // namespace weir
