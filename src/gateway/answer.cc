#include "gateway/answer.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "net/head_writer.h"

namespace weir {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kProblemJson = "application/problem+json";

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes what stands before `separator` off the front.
std::string_view take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return trim(head);
}

/// The weight of one element's parameters; 1 when none is given, 0 when it cannot be read.
double weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = take_until(parameters, ';');
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    double weight = 0;
    const auto digits = parameter.substr(2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::clamp(weight, 0.0, 1.0) : 0.0;
  }
  return 1.0;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

/// Appends `text` as the inside of a JSON string. Our sentences may quote a window's or a header's name.
void append_json_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    else
      out += c;
  }
}

std::string json_body(const Refusal& refusal) {
  std::string body = R"({"detail":")";
  append_json_escaped(body, refusal.detail);
  return body += "\"}";
}

std::string problem_body(const Refusal& refusal) {
  const bool limited = !refusal.violated_policy.empty();
  std::string body =
      fmt::format(R"({{"type":"{}","title":"{}","status":{},"detail":")",
                  limited ? "https://iana.org/assignments/http-problem-types#quota-exceeded" : "about:blank",
                  net::reason_phrase(refusal.status), refusal.status);
  append_json_escaped(body, refusal.detail);
  body += '"';
  if (limited) {
    body += R"(,"violated-policies":[")";
    append_json_escaped(body, refusal.violated_policy);
    body += "\"]";
  }
  return body += '}';
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

bool prefers_problem_json(std::string_view accept) {
  double problem = 0;
  double json = 0;
  while (!accept.empty()) {
    std::string_view element = take_until(accept, ',');
    const std::string_view type = take_until(element, ';');
    const double weight = weight_of(element);
    if (equals_ignoring_case(type, kProblemJson)) problem = std::max(problem, weight);
    if (equals_ignoring_case(type, kJson)) json = std::max(json, weight);
  }
  return problem > 0 && problem >= json;
}

std::size_t append_refusal(std::string& out, const Refusal& refusal, const RequestContext& context,
                           std::string_view date) {
  const std::string body = context.wants_problem_json ? problem_body(refusal) : json_body(refusal);
  const auto line = std::back_inserter(out);
  fmt::format_to(line, "HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
                 refusal.status, net::reason_phrase(refusal.status), date,
                 context.wants_problem_json ? kProblemJson : kJson, body.size());
  if (refusal.status == 401) out += "WWW-Authenticate: ApiKey\r\n";
  if (refusal.retry_after_seconds > 0)
    fmt::format_to(line, "Retry-After: {}\r\n", refusal.retry_after_seconds);
  out += context.limit_headers;
  out += "X-Request-Id: ";
  context.append_request_id(out);
  out += "\r\n";
  if (!context.keep_alive)
    out += "Connection: close\r\n";
  else if (!context.http11)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
  if (context.method == Method::kHead) return 0;
  out += body;
  return body.size();
}

}  // namespace weir
