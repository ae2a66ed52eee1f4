// Who does something on the admin side, and from where: what the audit log tells of every change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "model/ids.h"
#include "model/role.h"

namespace weir {

/// The way somebody came. What a client says of itself: it labels, it never allows.
enum class Via : std::uint8_t {
  kApi = 1,     // a call with a bearer token
  kCli = 2,     // the same, by a command of weir
  kPage = 3,    // signed in, with a session's cookie
  kSignal = 4,  // a signal to the process
};
[[nodiscard]] std::string_view to_string(Via via);  // "api", "cli", "page", "signal"
[[nodiscard]] std::optional<Via> parse_via(std::string_view name);

struct Actor {
  TokenId token;     // 0: the token of admin.token, or none at all
  std::string name;  // the token's; "admin.token" for that one
  Role role = Role::kNone;
  Via via = Via::kApi;
  IpAddress source;        // unknown for a Unix socket and a signal
  std::string request_id;  // of the call, as in its X-Request-Id; empty for a signal
};

/// What the token of the data folder is called; no other token can be.
inline constexpr std::string_view kBuiltInTokenName = "admin.token";

}  // namespace weir
