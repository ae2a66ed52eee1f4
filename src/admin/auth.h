// Who may use the admin API: the bearer of its token (RFC 6750).
#pragma once

#include <string>
#include <string_view>

#include "net/service.h"

namespace weir {

enum class AuthResult { kAllowed, kMissing, kWrong };

/// Compares the request's `Authorization: Bearer …` with the token in a time that does not depend on either's
/// content. An empty token allows nobody. Thread-safe.
class BearerAuth {
 public:
  explicit BearerAuth(std::string token);
  [[nodiscard]] AuthResult check(const net::ServiceRequest& request) const;

 private:
  std::string token_;
};

}  // namespace weir
