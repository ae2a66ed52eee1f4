// Addresses a message must not be sent to unless the operator says so: those that are not of the public
// Internet.
//
// Source: IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its successors), and the
// metadata services of clouds.
#pragma once

#include <string_view>

#include "base/ip_address.h"

namespace weir {

/// What is special about an address: "loopback", "private", "link-local"; empty for one of the public
/// Internet. IPv6 forms that carry an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) are special
/// whatever they carry: through them any address would be reached. Thread-safe.
[[nodiscard]] std::string_view special_range(const IpAddress& address);

}  // namespace weir
