#include "notify/target_url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "notify/special_address.h"

namespace weir {
namespace {

constexpr std::size_t kUrlMax = 2048;
constexpr std::size_t kHostMax = 253;

tl::unexpected<Error> invalid(std::string sentence) {
  return fail(ErrorCode::kInvalid, std::move(sentence));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

Result<void> check_address(const IpAddress& address, bool allow_private) {
  const std::string_view range = special_range(address);
  if (range.empty() || allow_private) return {};
  return invalid(
      fmt::format("the address is {}: only notify.allow_private_targets lets messages go there", range));
}

Result<void> check_v6(std::string_view host, bool allow_private) {
  if (host.find('%') != std::string_view::npos) return invalid("an IPv6 address has no zone here");
  const auto address = IpAddress::parse(host);
  if (!address) return invalid("the host is no IPv6 address");
  if (address->is_v4()) return invalid("an IPv4 address is written as such, not mapped into IPv6");
  return check_address(*address, allow_private);
}

/// Browsers and resolvers read a host whose last label is a number as an IPv4 address, whatever its base and
/// however few its parts (WHATWG URL, "ends in a number").
bool ends_in_number(std::string_view host) {
  const auto label = host.substr(host.rfind('.') == std::string_view::npos ? 0 : host.rfind('.') + 1);
  if (label.empty()) return false;
  if (label.starts_with("0x")) return true;
  return std::all_of(label.begin(), label.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

Result<void> check_name(std::string_view name, bool allow_private) {
  if (name.empty() || name.size() > kHostMax) return invalid("a host's name has 1 to 253 characters");
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return invalid("the host's name has an empty part");
      label = 0;
      continue;
    }
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_')
      return invalid("a host's name has letters, digits, -, _ and dots only");
    if (++label > 63) return invalid("a part of a host's name has at most 63 characters");
  }
  if (label == 0) return invalid("the host's name has an empty part");
  if (!allow_private && (name == "localhost" || name.ends_with(".localhost"))) {
    return invalid("localhost is loopback: only notify.allow_private_targets lets messages go there");
  }
  return {};
}

Result<void> check_port(std::string_view port) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
  if (error != std::errc{} || end != port.data() + port.size() || value < 1 || value > 65535)
    return invalid("a port is a number from 1 to 65535");
  return {};
}

}  // namespace

Result<void> check_target_host(std::string_view host, bool allow_private) {
  if (host.find(':') != std::string_view::npos) return check_v6(host, allow_private);
  std::string name = lower(host);
  if (name.ends_with('.')) name.pop_back();  // the root: the same name
  if (!ends_in_number(name)) return check_name(name, allow_private);
  const auto address = IpAddress::parse(name);
  if (!address) return invalid("an IPv4 address is written as four decimal numbers");
  return check_address(*address, allow_private);
}

Result<void> check_target_url(std::string_view url, bool allow_private) {
  if (url.size() > kUrlMax)
    return invalid(fmt::format("a URL has at most {} bytes, not {}", kUrlMax, url.size()));
  const bool plain =
      std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~' && c != '\\'; });
  if (!plain) return invalid("a URL is printable ASCII without blanks and backslashes");
  const auto scheme_end = url.find("://");
  const std::string scheme = lower(url.substr(0, scheme_end));
  if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https"))
    return invalid("a URL begins with http:// or https://");
  std::string_view authority = url.substr(scheme_end + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) return invalid("a URL has no user and no password");
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return invalid("the host is no IPv6 address");
    const auto rest = authority.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return invalid("the host is no IPv6 address");
    if (!rest.empty()) WEIR_TRY(check_port(rest.substr(1)));
    return check_v6(authority.substr(1, end - 1), allow_private);
  }
  const auto colon = authority.find(':');
  if (colon != std::string_view::npos) WEIR_TRY(check_port(authority.substr(colon + 1)));
  const std::string_view host = authority.substr(0, colon);
  if (host.empty()) return invalid("a URL names a host");
  return check_target_host(host, allow_private);
}

}  // namespace weir
