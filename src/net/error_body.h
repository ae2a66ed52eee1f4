// The body of an answer that says why not: {"detail": …}, or RFC 9457 problem details for who prefers them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::net {

struct ErrorBody {
  std::string_view content_type;
  std::string text;
};

/// `violated_policy`, when not empty, makes the problem the registered "quota-exceeded" and is named in it.
[[nodiscard]] ErrorBody error_body(bool as_problem, std::uint16_t status, std::string_view detail,
                                   std::string_view violated_policy = {});

/// True when `accept` gives application/problem+json at least the weight of application/json (RFC 9110,
/// 12.5.1).
[[nodiscard]] bool prefers_problem_json(std::string_view accept);

}  // namespace weir::net
