// An API key as it is stored: never with its secret.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "model/ids.h"
#include "model/limit_settings.h"

namespace weir {

/// HMAC-SHA-256 of a key's secret under the instance's pepper.
using KeyDigest = std::array<std::uint8_t, 32>;

/// The secret a key had before its last rotation, while it still works.
struct RetiredSecret {
  KeyDigest digest{};
  UtcTime ends_at{};               // works before this time
  bool ends_on_first_use = false;  // and only until the new secret is first used
};

struct ApiKey {
  KeyId id;
  UserId user_id;
  std::string name;         // 1 to 100 characters
  std::string description;  // up to 1,000
  std::string display;      // how it is shown: "weir_live_Ab12…", never enough to guess from
  KeyDigest digest{};
  std::optional<RetiredSecret> retired;
  bool is_active = true;
  std::optional<UtcTime> expires_at;
  std::string plan;                         // of LimitSettings; empty: the default limits
  LimitOverrides limits;                    // own limits, above the plan's
  std::vector<std::string> allowed_routes;  // path prefixes; empty: all
  std::vector<IpNetwork> allowed_networks;  // source networks; empty: all
  std::uint64_t usage_count = 0;            // rows in the call log, refused calls included
  std::optional<UtcTime> last_used;
  UtcTime created_at{};
  UtcTime updated_at{};
};

}  // namespace weir
