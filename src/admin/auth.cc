#include "admin/auth.h"

#include <openssl/crypto.h>

#include "admin/text.h"

namespace weir {

BearerAuth::BearerAuth(std::string token) : token_(std::move(token)) {}

AuthResult BearerAuth::check(const net::ServiceRequest& request) const {
  const auto header = request.header("Authorization");
  if (!header) return AuthResult::kMissing;
  std::string_view rest = *header;
  const auto scheme = take_until(rest, ' ');
  if (!equals_ignoring_case(scheme, "Bearer")) return AuthResult::kMissing;
  const auto presented = take_until(rest, '\0');
  // The length of the token is no secret: it is the same for every instance.
  if (token_.empty() || presented.size() != token_.size()) return AuthResult::kWrong;
  return CRYPTO_memcmp(presented.data(), token_.data(), token_.size()) == 0 ? AuthResult::kAllowed
                                                                            : AuthResult::kWrong;
}

}  // namespace weir
