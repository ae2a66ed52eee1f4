#include "admin/session_cookie.h"

#include <fmt/format.h>

#include "admin/text.h"

namespace weir {

std::string_view session_cookie_name(bool secure) {
  return secure ? "__Host-weir_session" : "weir_session";
}

std::optional<std::string> session_cookie(const net::ServiceRequest& request, bool secure) {
  std::optional<std::string> found;
  for (const auto& [name, value] : request.headers) {
    if (!equals_ignoring_case(name, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      auto pair = take_until(rest, ';');
      if (take_until(pair, '=') != session_cookie_name(secure)) continue;
      // Twice: one of them was put there by somebody else.
      if (found) return std::nullopt;
      found = std::string(pair);
    }
  }
  if (found && found->empty()) return std::nullopt;
  return found;
}

std::string set_session_cookie(std::string_view secret, Seconds lifetime, bool secure) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", session_cookie_name(secure),
                     secret, secret.empty() ? 0 : lifetime.count(), secure ? "; Secure" : "");
}

}  // namespace weir
