// A key as a row of api_keys: plain numbers and texts, as both SQL layers move them.
#pragma once

#include <string>

#include "base/result.h"
#include "model/api_key.h"

namespace weir {

struct KeyRow {
  long long id = 0;
  long long user_id = 0;
  std::string name;
  std::string description;
  std::string display;
  std::string digest;
  std::string retired_digest;  // empty: none
  long long retired_ends_at = 0;
  int retired_ends_on_use = 0;
  int is_active = 0;
  int has_expiry = 0;
  long long expires_at = 0;
  std::string plan;
  std::string limits;
  std::string allowed_routes;
  std::string allowed_networks;
  long long created_at = 0;
  long long updated_at = 0;
  long long calls = 0;  // of key_usage; 0 without a row there
  long long last_used = 0;

  /// Everything but the counters.
  [[nodiscard]] static KeyRow of(const ApiKey& key);
  /// Into `key`, whose memory is used again. kCorrupt names the key's id.
  [[nodiscard]] Result<void> to(ApiKey& key) const;
};

/// The stored columns of api_keys in the order of KeyRow, without id.
inline constexpr const char* kKeyColumns =
    "user_id, name, description, display, digest, retired_digest, retired_ends_at, retired_ends_on_use, "
    "is_active, "
    "has_expiry, expires_at, plan, limits, allowed_routes, allowed_networks, created_at, updated_at";

}  // namespace weir
