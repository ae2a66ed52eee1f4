// What became of a request, as one word: stored with every call, counted in metrics, seen by alerts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

/// Stored in journals and call logs: values are never reused or renumbered.
enum class Outcome : std::uint8_t {
  kForwarded = 0,            // the upstream answered, whatever its status
  kMissingKey = 1,           // 401
  kMalformedKey = 2,         // 401
  kUnknownKey = 3,           // 401
  kExpiredKey = 4,           // 401
  kInactiveKey = 5,          // 403
  kNotAllowed = 6,           // 403: route or source network
  kLimited = 7,              // 429
  kUpstreamUnavailable = 8,  // 502
  kUpstreamTimeout = 9,      // 504
  kUpstreamInvalid = 10,     // 502: its answer could not be framed
  kBadRequest = 11,          // 400, 501, 505: its framing could not be trusted
  kTooLarge = 12,            // 413, 414, 431
  kRequestTimeout = 13,      // 408: the head or body came too slowly
  kOverloaded = 14,          // 503: a bound of ours
  kClientClosed = 15,        // the client left before its answer was complete
  kUpstreamAborted = 16,     // the upstream's answer broke off after its head was sent on
  kInternal = 17,            // 500
  kNoRoute = 18,             // 404: no upstream is configured for the path
  kSelfUsage = 19,           // 200: a consumer asked for its own usage, weir answered
};
inline constexpr int kOutcomeCount = 20;

/// "forwarded", "missing_key", …: as in the API and in metrics.
[[nodiscard]] std::string_view to_string(Outcome outcome);
[[nodiscard]] std::optional<Outcome> parse_outcome(std::string_view name);

}  // namespace weir
