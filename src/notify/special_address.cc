#include "notify/special_address.h"

#include <array>
#include <utility>
#include <vector>

namespace weir {
namespace {

struct Range {
  const char* network;
  std::string_view name;
};

// The narrower first where one holds another.
constexpr Range kRanges[] = {
    {"0.0.0.0/8", "this network"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared (carrier-grade NAT)"},
    {"127.0.0.0/8", "loopback"},
    {"168.63.129.16/32", "cloud metadata"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "IETF protocol assignments"},
    {"192.0.2.0/24", "documentation"},
    {"192.31.196.0/24", "AS112"},
    {"192.52.193.0/24", "AMT"},
    {"192.88.99.0/24", "6to4 relay"},
    {"192.168.0.0/16", "private"},
    {"192.175.48.0/24", "AS112"},
    {"198.18.0.0/15", "benchmarking"},
    {"198.51.100.0/24", "documentation"},
    {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"::/96", "IPv4-compatible"},
    {"::ffff:0:0:0/96", "IPv4-translated"},
    {"64:ff9b::/96", "NAT64"},
    {"64:ff9b:1::/48", "NAT64"},
    {"100::/64", "discard"},
    {"2001::/32", "Teredo"},
    {"2001::/23", "IETF protocol assignments"},
    {"2001:db8::/32", "documentation"},
    {"2002::/16", "6to4"},
    {"2620:4f:8000::/48", "AS112"},
    {"3fff::/20", "documentation"},
    {"5f00::/16", "segment routing"},
    {"fc00::/7", "unique local"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},
};

std::vector<std::pair<IpNetwork, std::string_view>> parse_ranges() {
  std::vector<std::pair<IpNetwork, std::string_view>> ranges;
  for (const Range& range : kRanges) {
    if (const auto network = IpNetwork::parse(range.network)) ranges.emplace_back(*network, range.name);
  }
  return ranges;
}

}  // namespace

std::string_view special_range(const IpAddress& address) {
  static const auto ranges = parse_ranges();
  for (const auto& [network, name] : ranges) {
    if (network.contains(address)) return name;
  }
  const bool global_unicast = (address.bytes[0] & 0xE0U) == 0x20U;  // 2000::/3
  return address.is_v4() || global_unicast ? std::string_view() : "reserved";
}

}  // namespace weir
