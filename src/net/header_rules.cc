#include "net/header_rules.h"

#include <algorithm>
#include <array>

#include "net/token_characters.h"

namespace weir::net {
namespace {

enum Rule : std::uint8_t {
  kNotToUpstream = 1,
  kNotToClient = 2,
  kOnlyFromTrusted = 4,  // says who called, so only a trusted proxy may
  kHop = kNotToUpstream | kNotToClient,
};

constexpr std::size_t index_of(HeaderId id) {
  return static_cast<std::size_t>(id);
}

// The rule of each field; 0: it passes both ways.
constexpr std::array<std::uint8_t, kHeaderIdCount> kRules = [] {
  std::array<std::uint8_t, kHeaderIdCount> rules{};
  for (const HeaderId id :
       {HeaderId::kConnection, HeaderId::kContentLength, HeaderId::kHttp2Settings, HeaderId::kKeepAlive,
        HeaderId::kProxyAuthenticate, HeaderId::kProxyAuthorization, HeaderId::kProxyConnection,
        HeaderId::kProxyOther, HeaderId::kTe, HeaderId::kTransferEncoding, HeaderId::kUpgrade,
        HeaderId::kXRequestId, HeaderId::kXWeir}) {
    rules[index_of(id)] = kHop;
  }
  for (const HeaderId id :
       {HeaderId::kAlias, HeaderId::kExpect, HeaderId::kHost, HeaderId::kProxy, HeaderId::kXForwardedFor,
        HeaderId::kXForwardedHost, HeaderId::kXForwardedProto}) {
    rules[index_of(id)] = kNotToUpstream;
  }
  rules[index_of(HeaderId::kXRateLimit)] = kNotToClient;
  for (const HeaderId id : {HeaderId::kForwarded, HeaderId::kXForwardedOther, HeaderId::kXRealIp}) {
    rules[index_of(id)] = kOnlyFromTrusted;
  }
  return rules;
}();

// Fields without a number that a trailer must not hold (RFC 9110, 6.5.1): how to read the body, conditions,
// controls.
constexpr std::string_view kNoTrailers[] = {
    "age",
    "cache-control",
    "content-encoding",
    "content-range",
    "content-type",
    "expires",
    "if-match",
    "if-none-match",
    "if-range",
    "if-modified-since",
    "if-unmodified-since",
    "location",
    "max-forwards",
    "pragma",
    "range",
    "set-cookie2",
    "status",
    "vary",
    "warning",
    "authentication-info",
};

}  // namespace

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_field_value(std::string_view text) noexcept {
  // Without early exit the loop is vectorised.
  bool bad = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    bad = bad | ((byte < 0x20) & (byte != '\t')) | (byte == 0x7F);
  }
  const auto is_white = [](char c) { return c == ' ' || c == '\t'; };
  return !bad && (text.empty() || (!is_white(text.front()) && !is_white(text.back())));
}

std::string_view trim_white_space(std::string_view text) noexcept {
  const auto is_white = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_until(std::string_view& text, char separator) noexcept {
  const std::size_t at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return trim_white_space(head);
}

std::optional<std::string_view> next_list_member(std::string_view& list) noexcept {
  while (!list.empty()) {
    const std::string_view member = take_until(list, ',');
    if (!member.empty()) return member;
  }
  return std::nullopt;
}

bool list_has_token(std::string_view list, std::string_view token) noexcept {
  while (const auto member = next_list_member(list)) {
    if (equals_ignoring_case(*member, token)) return true;
  }
  return false;
}

bool connection_has_token(const HeaderList& headers, std::string_view token) noexcept {
  if (!headers.has(HeaderId::kConnection)) return false;
  return std::any_of(headers.begin(), headers.end(), [token](const Header& header) {
    return header.id == HeaderId::kConnection && list_has_token(header.value, token);
  });
}

bool is_websocket(std::string_view upgrade) noexcept {
  return equals_ignoring_case(upgrade, "websocket");
}

bool passes_to_upstream(const Header& header, const RequestRules& rules) noexcept {
  if (header.connection_listed) return false;
  const std::uint8_t rule = kRules[index_of(header.id)];
  if (rule == 0) return header.id != HeaderId::kXApiKey || rules.api_key;
  return rule == kNotToClient || (rule == kOnlyFromTrusted && rules.forwarded);
}

bool passes_to_client(const Header& header) noexcept {
  return !header.connection_listed && (kRules[index_of(header.id)] & kNotToClient) == 0;
}

bool passes_as_trailer(std::string_view name, HeaderId id) noexcept {
  if (id != HeaderId::kOther) {
    // Of the known fields only those that describe the message; all others frame, route or say who is
    // calling.
    return id == HeaderId::kAccept || id == HeaderId::kOrigin || id == HeaderId::kServer ||
           id == HeaderId::kUserAgent;
  }
  return std::none_of(std::begin(kNoTrailers), std::end(kNoTrailers),
                      [name](std::string_view known) { return equals_ignoring_case(name, known); });
}

}  // namespace weir::net
