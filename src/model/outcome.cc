#include "model/outcome.h"

#include <array>

namespace weir {
namespace {

constexpr std::array<std::string_view, kOutcomeCount> kNames = {
    "forwarded",        "missing_key",      "malformed_key",
    "unknown_key",      "expired_key",      "inactive_key",
    "not_allowed",      "limited",          "upstream_unavailable",
    "upstream_timeout", "upstream_invalid", "bad_request",
    "too_large",        "request_timeout",  "overloaded",
    "client_closed",    "upstream_aborted", "internal",
    "no_route",         "self_usage"};

}  // namespace

std::string_view to_string(Outcome outcome) {
  const auto index = static_cast<std::size_t>(outcome);
  return index < kNames.size() ? kNames[index] : "internal";
}

std::optional<Outcome> parse_outcome(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Outcome>(i);
  }
  return std::nullopt;
}

}  // namespace weir
