// The cookie a session lives in (RFC 6265). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/service.h"

namespace weir {

/// Its name: "__Host-weir_session" over TLS, which browsers take from this very host over TLS only and with
/// Path=/ (RFC 6265bis, 4.1.3.2), else "weir_session".
[[nodiscard]] std::string_view session_cookie_name(bool secure);

/// The secret a request carries in the cookie of that name; none when it is missing, empty or there twice.
[[nodiscard]] std::optional<std::string> session_cookie(const net::ServiceRequest& request, bool secure);

/// The value of Set-Cookie. An empty secret takes the cookie away.
[[nodiscard]] std::string set_session_cookie(std::string_view secret, Seconds lifetime, bool secure);

}  // namespace weir
