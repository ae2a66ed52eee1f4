// Who sent a request to the admin side: by a bearer token (RFC 6750), or by the cookie of a session.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/access_settings.h"
#include "admin/failure_throttle.h"
#include "admin/refused_attempts.h"
#include "admin/session_table.h"
#include "admin/token_table.h"
#include "base/clock.h"
#include "model/actor.h"
#include "net/service.h"

namespace weir {

/// Thread-safe; never waits for the store. Failed attempts are logged, counted and slowed down; what was
/// presented is never repeated anywhere.
class Authenticator {
 public:
  struct Parts {
    const Clock& clock;
    TokenTable& tokens;
    SessionTable& sessions;
    RefusedAttempts& refused;
    std::vector<IpNetwork> trusted_proxies;
  };
  explicit Authenticator(Parts parts) : parts_(std::move(parts)), throttle_(ThrottleRules{}) {}

  /// The client's address, behind trusted proxies too.
  [[nodiscard]] IpAddress source_of(const net::ServiceRequest& request) const;
  /// The client speaks TLS, to a trusted proxy: weir's own admin listener has none.
  [[nodiscard]] bool is_secure(const net::ServiceRequest& request) const;

  /// Sets token, name, role and via of `actor`, whose source is set; or gives the answer that refuses: 401,
  /// 403 for a change by cookie without its X-CSRF-Token, 429 after too many failures.
  [[nodiscard]] std::optional<net::ServiceResponse> identify(const net::ServiceRequest& request,
                                                             Actor& actor);

  /// Whether the caller that `identify` let in still would be: for answers that last. To be asked by any
  /// thread, while this lives.
  [[nodiscard]] std::function<bool()> watch(const net::ServiceRequest& request, const Actor& actor);

  /// The holder of a token that is presented to sign in with, or the answer that refuses: 401, or 429, then
  /// for a right token as well.
  [[nodiscard]] std::optional<net::ServiceResponse> check_sign_in(const net::ServiceRequest& request,
                                                                  const Actor& actor,
                                                                  std::string_view presented,
                                                                  std::optional<TokenHolder>& holder);

 private:
  [[nodiscard]] std::optional<net::ServiceResponse> identify_bearer(const net::ServiceRequest& request,
                                                                    std::string_view authorization,
                                                                    Actor& actor);
  [[nodiscard]] std::optional<net::ServiceResponse> identify_session(const net::ServiceRequest& request,
                                                                     const std::string& secret, Actor& actor);
  [[nodiscard]] net::ServiceResponse refuse(const net::ServiceRequest& request, const Actor& actor,
                                            const std::string& reason);
  [[nodiscard]] bool is_from_proxy(const net::ServiceRequest& request) const;

  Parts parts_;
  FailureThrottle throttle_;
};

}  // namespace weir
