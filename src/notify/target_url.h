// URLs and hosts a channel may name. What a name resolves to is checked again when it is connected to
// (sender.h).
#pragma once

#include <string_view>

#include "base/result.h"

namespace weir {

/// http or https, no user part, a host as check_target_host has it, a port from 1 to 65535, printable ASCII,
/// at most 2,048 bytes. kInvalid says what is wrong without quoting the URL, which may hold a secret.
[[nodiscard]] Result<void> check_target_url(std::string_view url, bool allow_private);

/// A name, a dotted IPv4 address, or an IPv6 address ("[…]" in URLs). Refused: IPv4 spelt in other ways
/// (decimal, octal, hexadecimal, fewer than four parts), IPv6 with a zone or a mapped IPv4 address, and,
/// unless `allow_private`, special addresses and localhost.
[[nodiscard]] Result<void> check_target_host(std::string_view host, bool allow_private);

}  // namespace weir
