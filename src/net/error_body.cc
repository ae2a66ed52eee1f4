#include "net/error_body.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/json_escape.h"
#include "net/head_writer.h"
#include "net/header_id.h"
#include "net/header_rules.h"

namespace weir::net {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kProblemJson = "application/problem+json";
constexpr std::string_view kQuotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded";

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

}  // namespace

ErrorBody error_body(bool as_problem, std::uint16_t status, std::string_view detail,
                     std::string_view violated_policy) {
  ErrorBody body{as_problem ? kProblemJson : kJson, "{"};
  if (as_problem) {
    body.text +=
        fmt::format(R"("type":"{}","title":"{}","status":{},)",
                    violated_policy.empty() ? "about:blank" : kQuotaExceeded, reason_phrase(status), status);
  }
  body.text += R"("detail":)";
  append_json_string(body.text, detail);
  if (as_problem && !violated_policy.empty()) {
    body.text += R"(,"violated-policies":[)";
    append_json_string(body.text, violated_policy);
    body.text += ']';
  }
  body.text += '}';
  return body;
}

bool prefers_problem_json(std::string_view accept) {
  double problem = 0;
  double json = 0;
  while (!accept.empty()) {
    auto range = take_until(accept, ',');
    const auto type = take_until(range, ';');
    if (equals_ignoring_case(type, kProblemJson)) problem = std::max(problem, weight_of(range));
    if (equals_ignoring_case(type, kJson)) json = std::max(json, weight_of(range));
  }
  return problem > 0 && problem >= json;
}

}  // namespace weir::net
