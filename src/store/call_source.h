// A call's source as its column holds it.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/ip_address.h"

namespace weir {

/// From 4 bytes of IPv4, 16 of IPv6 or none; nothing for any other number of bytes.
[[nodiscard]] inline std::optional<IpAddress> call_source_of(std::string_view bytes) {
  IpAddress source;
  if (bytes.size() == 4) {
    source.bytes[10] = source.bytes[11] = 0xFF;
    std::copy(bytes.begin(), bytes.end(), source.bytes.begin() + 12);
  } else if (bytes.size() == source.bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), source.bytes.begin());
  } else if (!bytes.empty()) {
    return std::nullopt;
  }
  return source;
}

}  // namespace weir
