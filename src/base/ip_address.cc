#include "base/ip_address.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// The address with all bits after the first `bits` cleared.
IpAddress masked(IpAddress address, unsigned bits) {
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned kept = bits > i * 8 ? std::min(bits - i * 8, 8U) : 0U;
    address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] & (0xFF00U >> kept));
  }
  return address;
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order) {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
  for (unsigned i = 0; i < 4; ++i)
    address.bytes[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text.substr(0, 64));
  if (terminated.find('\0') != std::string::npos)
    return fail(ErrorCode::kInvalid, "an IP address has no NUL in it");
  in_addr v4_address{};
  if (::inet_pton(AF_INET, terminated.c_str(), &v4_address) == 1) return v4(ntohl(v4_address.s_addr));
  IpAddress address;
  if (text.size() <= 64 && ::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1)
    return address;
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is not an IP address", terminated));
}

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

std::string IpAddress::to_string() const {
  if (*this == IpAddress{}) return "";
  char text[INET6_ADDRSTRLEN] = {};
  if (is_v4())
    ::inet_ntop(AF_INET, bytes.data() + 12, text, sizeof text);
  else
    ::inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
  const auto slash = text.find('/');
  WEIR_TRY_ASSIGN(address, IpAddress::parse(text.substr(0, slash)));
  const unsigned width = address.is_v4() ? 32 : 128;
  unsigned bits = width;
  if (slash != std::string_view::npos) {
    const auto digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || bits > width) {
      return fail(ErrorCode::kInvalid, fmt::format("'{}' is not a network: the prefix length is 0 to {}",
                                                   text.substr(0, 64), width));
    }
  }
  const IpNetwork network{address, static_cast<std::uint8_t>(bits + 128 - width)};
  if (masked(address, network.prefix_bits) != address) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("'{}' has bits set behind its prefix; did you mean '{}'?", text,
                    IpNetwork{masked(address, network.prefix_bits), network.prefix_bits}.to_string()));
  }
  return network;
}

bool IpNetwork::contains(const IpAddress& candidate) const {
  return masked(candidate, prefix_bits) == address;
}

std::string IpNetwork::to_string() const {
  const bool v4 = address.is_v4() && prefix_bits >= 96;
  const std::string text = address == IpAddress{} ? "::" : address.to_string();
  return fmt::format("{}/{}", text, v4 ? prefix_bits - 96 : prefix_bits);
}

}  // namespace weir
