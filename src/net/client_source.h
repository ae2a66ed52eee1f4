// Who the client is, when proxies stand between it and us.
#pragma once

#include <string_view>
#include <vector>

#include "base/ip_address.h"

namespace weir::net {

/// True when the peer's X-Forwarded-* headers are believed: it is in a trusted network, or came through a
/// Unix socket (whose file permissions decide who may).
[[nodiscard]] bool is_trusted_proxy(const IpAddress& peer, bool unix_socket,
                                    const std::vector<IpNetwork>& trusted);

/// The client's address: the last address of `forwarded_for` that is not itself a trusted proxy, reading from
/// the right; an entry that is no address ends the search with the one before it.
[[nodiscard]] IpAddress client_source(const IpAddress& peer, std::string_view forwarded_for,
                                      const std::vector<IpNetwork>& trusted);

}  // namespace weir::net
