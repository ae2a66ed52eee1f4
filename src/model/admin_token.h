// A token of the admin API as it is stored: never with its secret.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "model/ids.h"
#include "model/role.h"

namespace weir {

/// HMAC-SHA-256 of a token under the instance's pepper.
using TokenDigest = std::array<std::uint8_t, 32>;

struct AdminToken {
  TokenId id;
  std::string name;  // unique; 1 to 100 characters
  Role role = Role::kViewer;
  std::string display;  // how it is shown: "weiradm_Ab12…"
  TokenDigest digest{};
  std::optional<UtcTime> expires_at;  // works before this time
  std::string created_by;             // the name of who made it
  UtcTime created_at{};
  std::optional<UtcTime> last_used;  // a minute behind at most
};

/// As many as one instance has at most.
inline constexpr std::size_t kAdminTokensMax = 1000;

}  // namespace weir
