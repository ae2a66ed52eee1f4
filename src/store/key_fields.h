// The fields of a key that are text in its row: digests, limits, routes, networks.
//
// Pure functions. An empty map or list is an empty text, so that most rows hold nothing to read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "model/api_key.h"

namespace weir {

[[nodiscard]] std::string encode_digest(const KeyDigest& digest);  // 64 hexadecimal digits
[[nodiscard]] bool decode_digest(std::string_view text, KeyDigest& digest);

[[nodiscard]] std::string encode_limits(const LimitOverrides& limits);            // a JSON object
[[nodiscard]] std::string encode_routes(const std::vector<std::string>& routes);  // a JSON array
[[nodiscard]] std::string encode_networks(const std::vector<IpNetwork>& networks);

/// kCorrupt for what encode_… does not write.
[[nodiscard]] Result<LimitOverrides> decode_limits(std::string_view text);
[[nodiscard]] Result<std::vector<std::string>> decode_routes(std::string_view text);
[[nodiscard]] Result<std::vector<IpNetwork>> decode_networks(std::string_view text);

}  // namespace weir
