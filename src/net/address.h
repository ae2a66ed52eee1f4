// Addresses to listen on and to connect to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::net {

/// Where to listen: "0.0.0.0:8080", "[::]:8080", ":8080", "127.0.0.1:0" (any port), "unix:/run/weir.sock", or
/// "fd:3" (a socket handed over by systemd).
struct ListenAddress {
  enum class Kind { kTcp, kUnix, kInherited } kind = Kind::kTcp;
  std::string host;  // IP literal, or the path for kUnix
  std::uint16_t port = 0;
  int fd = -1;

  [[nodiscard]] static Result<ListenAddress> parse(std::string_view text);  // kInvalid names the text
  [[nodiscard]] std::string to_string() const;
};

/// Where to connect to: "http://host:port[/base]", "https://…", "http+unix:///run/api.sock".
struct UpstreamAddress {
  bool tls = false;
  std::string host;  // name or IP literal, as in the URL; for the Host header and TLS verification
  std::uint16_t port = 80;
  std::string unix_path;  // instead of host and port
  std::string base_path;  // put before the request's path; "" or "/x", without a trailing slash

  [[nodiscard]] static Result<UpstreamAddress> parse(
      std::string_view url);  // kInvalid names the URL, not its password
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] std::string host_header() const;  // host, with the port unless it is the scheme's own
};

}  // namespace weir::net
