#include "net/client_source.h"

#include <algorithm>

namespace weir::net {
namespace {

bool contains(const std::vector<IpNetwork>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.contains(address); });
}

/// Takes the last comma-separated element off, without surrounding blanks.
std::string_view take_last(std::string_view& list) {
  const auto comma = list.rfind(',');
  std::string_view element = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
  while (!element.empty() && (element.front() == ' ' || element.front() == '\t')) element.remove_prefix(1);
  while (!element.empty() && (element.back() == ' ' || element.back() == '\t')) element.remove_suffix(1);
  return element;
}

/// An address as proxies write it: plain, "[v6]", "v4:port" or "[v6]:port".
Result<IpAddress> parse_forwarded(std::string_view text) {
  if (text.starts_with('[')) return IpAddress::parse(text.substr(1, text.find(']') - 1));
  if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
  return IpAddress::parse(text);
}

}  // namespace

bool is_trusted_proxy(const IpAddress& peer, bool unix_socket, const std::vector<IpNetwork>& trusted) {
  return unix_socket || contains(trusted, peer);
}

IpAddress client_source(const IpAddress& peer, std::string_view forwarded_for,
                        const std::vector<IpNetwork>& trusted) {
  IpAddress source = peer;
  while (!forwarded_for.empty()) {
    const auto hop = parse_forwarded(take_last(forwarded_for));
    if (!hop) break;
    source = *hop;
    if (!contains(trusted, source)) break;
  }
  return source;
}

}  // namespace weir::net
