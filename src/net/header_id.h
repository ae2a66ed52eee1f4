// The header fields weir knows, as numbers: found once while parsing, so that no later pass compares names.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::net {

/// Well-known fields; a family stands for every name with its prefix that has no number of its own.
enum class HeaderId : std::uint8_t {
  kOther = 0,
  kAlias,  // a known name spelt with '_' for '-': CGI and WSGI servers cannot tell the two apart
  kAccept,
  kAuthorization,
  kConnection,
  kContentLength,
  kCookie,
  kDate,
  kExpect,
  kForwarded,
  kHost,
  kHttp2Settings,
  kKeepAlive,
  kOrigin,
  kProxy,  // no such field; CGI servers would read it as the variable HTTP_PROXY
  kProxyAuthenticate,
  kProxyAuthorization,
  kProxyConnection,
  kProxyOther,  // family Proxy-…
  kRateLimit,
  kRateLimitPolicy,
  kRateLimitOther,  // family RateLimit-…
  kRetryAfter,
  kServer,
  kSetCookie,
  kTe,
  kTrailer,
  kTransferEncoding,
  kUpgrade,
  kUserAgent,
  kVia,
  kWwwAuthenticate,
  kXApiKey,
  kXForwardedFor,
  kXForwardedHost,
  kXForwardedProto,
  kXForwardedOther,  // family X-Forwarded-…
  kXRateLimit,       // family X-RateLimit-…
  kXRealIp,
  kXRequestId,
  kXWeir,  // family X-Weir-…
};
inline constexpr int kHeaderIdCount = static_cast<int>(HeaderId::kXWeir) + 1;
static_assert(kHeaderIdCount <= 64, "HeaderList keeps the ids it holds in 64 bits");

/// The number of a field name, letter case aside. A few nanoseconds. `name` may hold any bytes.
[[nodiscard]] HeaderId header_id(std::string_view name) noexcept;

/// True when the two are the same but for the case of ASCII letters.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace weir::net
