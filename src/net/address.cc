#include "net/address.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/ip_address.h"
#include "net/framing_fields.h"

namespace weir::net {
namespace {

constexpr std::size_t kTextShown = 200;    // of a wrong address, in the error
constexpr std::size_t kUnixPathMax = 107;  // sun_path, with its terminator

template <class Integer>
std::optional<Integer> read_number(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Printable, without control characters: it goes into messages and system calls.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
  }
  return true;
}

bool is_unix_path(std::string_view path) {
  return path.size() > 1 && path.size() <= kUnixPathMax && path.front() == '/' &&
         path.find('\0') == std::string_view::npos;
}

struct HostPort {
  std::string_view host;  // without brackets
  std::string_view port;  // may be empty
  bool has_port = false;
  bool bracketed = false;
};

std::optional<HostPort> split_host_port(std::string_view text) {
  HostPort out;
  std::string_view rest = text;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    out.host = text.substr(1, close - 1);
    out.bracketed = true;
    rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
  } else {
    const std::size_t colon = text.find(':');
    out.host = text.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  out.has_port = !rest.empty();
  if (out.has_port) out.port = rest.substr(1);
  return out;
}

std::string with_port(const std::string& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

tl::unexpected<Error> not_a_listen_address(std::string_view text) {
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is not an address to listen on: use IP:PORT, :PORT, unix:/PATH or fd:N",
                          text.substr(0, kTextShown)));
}

// A URL as it may be shown: without what stands before an '@'.
std::string shown(std::string_view url) {
  const std::size_t authority = url.find("://");
  const std::size_t at = url.rfind('@');
  if (at == std::string_view::npos) return std::string(url.substr(0, kTextShown));
  const std::string_view scheme = authority < at ? url.substr(0, authority + 3) : std::string_view{};
  return fmt::format("{}…{}", scheme, url.substr(at).substr(0, kTextShown));
}

tl::unexpected<Error> not_an_upstream(std::string_view url, std::string_view why) {
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is not an upstream address: {}", shown(url), why));
}

}  // namespace

Result<ListenAddress> ListenAddress::parse(std::string_view text) {
  ListenAddress out;
  if (text.starts_with("unix:")) {
    const std::string_view path = text.substr(5);
    if (path.empty() || path.size() > kUnixPathMax || path.find('\0') != std::string_view::npos) {
      return fail(ErrorCode::kInvalid, fmt::format("'{}': a socket's path is 1 to {} bytes",
                                                   text.substr(0, kTextShown), kUnixPathMax));
    }
    out.kind = Kind::kUnix;
    out.host = path;
    return out;
  }
  if (text.starts_with("fd:")) {
    const auto fd = read_number<int>(text.substr(3));
    if (!fd || *fd < 0) return not_a_listen_address(text);
    out.kind = Kind::kInherited;
    out.fd = *fd;
    return out;
  }
  const auto parts = is_plain(text) ? split_host_port(text) : std::nullopt;
  const auto port = parts ? read_number<std::uint16_t>(parts->port) : std::nullopt;
  if (!port) return not_a_listen_address(text);
  out.port = *port;
  if (parts->host.empty() && !parts->bracketed) {
    out.host = "0.0.0.0";
    return out;
  }
  const auto ip = IpAddress::parse(parts->host);
  const bool is_v6_text = parts->host.find(':') != std::string_view::npos;
  if (!ip || is_v6_text != parts->bracketed) return not_a_listen_address(text);
  out.host = parts->host;
  return out;
}

std::string ListenAddress::to_string() const {
  switch (kind) {
    case Kind::kUnix:
      return "unix:" + host;
    case Kind::kInherited:
      return fmt::format("fd:{}", fd);
    case Kind::kTcp:
      break;
  }
  return with_port(host, port);
}

Result<UpstreamAddress> UpstreamAddress::parse(std::string_view url) {
  UpstreamAddress out;
  constexpr std::string_view kUnix = "http+unix://";
  if (url.starts_with(kUnix)) {
    const std::string_view path = url.substr(kUnix.size());
    if (!is_unix_path(path)) {
      return not_an_upstream(url,
                             fmt::format("a socket's path is absolute and at most {} bytes", kUnixPathMax));
    }
    out.host = "localhost";
    out.unix_path = path;
    return out;
  }
  if (!is_plain(url)) return not_an_upstream(url, "it holds white space or a control character");
  std::string_view rest;
  if (url.starts_with("http://")) {
    rest = url.substr(7);
  } else if (url.starts_with("https://")) {
    rest = url.substr(8);
    out.tls = true;
    out.port = 443;
  } else {
    return not_an_upstream(url, "it must start with http://, https:// or http+unix://");
  }
  const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, authority_end);
  std::string_view path = rest.substr(authority_end);
  if (authority.find('@') != std::string_view::npos) {
    return not_an_upstream(url, "credentials in the URL are not supported");
  }
  if (path.find_first_of("?#") != std::string_view::npos) {
    return not_an_upstream(url, "a query or fragment makes no sense here");
  }
  const auto parts = split_host_port(authority);
  if (!is_host(authority) || !parts) return not_an_upstream(url, "the host is malformed");
  if (parts->has_port) {
    const auto port = read_number<std::uint16_t>(parts->port);
    if (!port || *port == 0) return not_an_upstream(url, "the port is 1 to 65535");
    out.port = *port;
  }
  if (parts->bracketed && !IpAddress::parse(parts->host))
    return not_an_upstream(url, "the host is malformed");
  out.host = parts->host;
  while (path.ends_with('/')) path.remove_suffix(1);
  out.base_path = path;
  return out;
}

std::string UpstreamAddress::to_string() const {
  if (!unix_path.empty()) return "http+unix://" + unix_path;
  return fmt::format("{}://{}{}", tls ? "https" : "http", host_header(), base_path);
}

std::string UpstreamAddress::host_header() const {
  if (!unix_path.empty()) return host;
  const std::uint16_t usual = tls ? 443 : 80;
  if (port != usual) return with_port(host, port);
  return host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
}

}  // namespace weir::net
