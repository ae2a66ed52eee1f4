// IP addresses and networks. IPv4 is held as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

/// An IPv6 or IPv4-mapped address in network byte order. All zero ("::") means "unknown" (a Unix socket).
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] static IpAddress v4(std::uint32_t host_order);
  /// Without zone or port; kInvalid names the text.
  [[nodiscard]] static Result<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] std::string to_string() const;  // RFC 5952; "192.0.2.1" for IPv4-mapped; "" for unknown

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// A CIDR network: an address and how many of its leading bits count.
struct IpNetwork {
  IpAddress address;
  std::uint8_t prefix_bits = 128;  // of the 128; an IPv4 /24 is 120

  /// "10.0.0.0/8", "2001:db8::/32" or a lone address. kInvalid names the text; host bits must be zero.
  [[nodiscard]] static Result<IpNetwork> parse(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& candidate) const;
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const IpNetwork&, const IpNetwork&) = default;
};

}  // namespace weir
