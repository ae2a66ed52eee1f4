#include "net/header_id.h"

#include <array>
#include <cstddef>

namespace weir::net {
namespace {

struct KnownName {
  std::string_view name;  // lower case
  HeaderId id;
};

constexpr KnownName kKnown[] = {
    {"accept", HeaderId::kAccept},
    {"authorization", HeaderId::kAuthorization},
    {"connection", HeaderId::kConnection},
    {"content-length", HeaderId::kContentLength},
    {"cookie", HeaderId::kCookie},
    {"date", HeaderId::kDate},
    {"expect", HeaderId::kExpect},
    {"forwarded", HeaderId::kForwarded},
    {"host", HeaderId::kHost},
    {"http2-settings", HeaderId::kHttp2Settings},
    {"keep-alive", HeaderId::kKeepAlive},
    {"origin", HeaderId::kOrigin},
    {"proxy", HeaderId::kProxy},
    {"proxy-authenticate", HeaderId::kProxyAuthenticate},
    {"proxy-authorization", HeaderId::kProxyAuthorization},
    {"proxy-connection", HeaderId::kProxyConnection},
    {"ratelimit", HeaderId::kRateLimit},
    {"ratelimit-policy", HeaderId::kRateLimitPolicy},
    {"retry-after", HeaderId::kRetryAfter},
    {"server", HeaderId::kServer},
    {"set-cookie", HeaderId::kSetCookie},
    {"te", HeaderId::kTe},
    {"trailer", HeaderId::kTrailer},
    {"transfer-encoding", HeaderId::kTransferEncoding},
    {"upgrade", HeaderId::kUpgrade},
    {"user-agent", HeaderId::kUserAgent},
    {"via", HeaderId::kVia},
    {"www-authenticate", HeaderId::kWwwAuthenticate},
    {"x-api-key", HeaderId::kXApiKey},
    {"x-forwarded-for", HeaderId::kXForwardedFor},
    {"x-forwarded-host", HeaderId::kXForwardedHost},
    {"x-forwarded-proto", HeaderId::kXForwardedProto},
    {"x-real-ip", HeaderId::kXRealIp},
    {"x-request-id", HeaderId::kXRequestId},
};

constexpr KnownName kFamilies[] = {
    {"proxy-", HeaderId::kProxyOther},
    {"ratelimit-", HeaderId::kRateLimitOther},
    {"x-forwarded-", HeaderId::kXForwardedOther},
    {"x-ratelimit-", HeaderId::kXRateLimit},
    {"x-weir-", HeaderId::kXWeir},
};

constexpr std::size_t kSlots = 256;

// ASCII letters in lower case, '_' as '-', everything else as it is: so aliases land in the slot of their
// name.
constexpr std::array<char, 256> make_folds() {
  std::array<char, 256> folds{};
  for (std::size_t i = 0; i < 256; ++i) folds[i] = static_cast<char>(i);
  for (char c = 'A'; c <= 'Z'; ++c) folds[static_cast<std::size_t>(c)] = static_cast<char>(c - 'A' + 'a');
  folds[static_cast<std::size_t>('_')] = '-';
  return folds;
}
constexpr std::array<char, 256> kFolds = make_folds();

constexpr char fold(char c) {
  return kFolds[static_cast<unsigned char>(c)];
}

// Length, first, middle and last character tell all known names apart; `multiplier` spreads them over the
// slots.
constexpr std::size_t slot(std::string_view name, std::uint32_t multiplier) {
  const auto byte = [&](std::size_t index) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(fold(name[index])));
  };
  const std::uint32_t mixed = static_cast<std::uint32_t>(name.size()) | byte(0) << 8U |
                              byte(name.size() / 2) << 16U | byte(name.size() - 1) << 24U;
  return (mixed * multiplier) >> 24U;
}

constexpr bool tells_apart(std::uint32_t multiplier) {
  std::array<bool, kSlots> taken{};
  for (const KnownName& known : kKnown) {
    bool& place = taken[slot(known.name, multiplier)];
    if (place) return false;
    place = true;
  }
  return true;
}

constexpr std::uint32_t find_multiplier() {
  std::uint32_t candidate = 0x9E37'79B1U;
  while (!tells_apart(candidate)) candidate = candidate * 5 + 2;
  return candidate;
}
constexpr std::uint32_t kMultiplier = find_multiplier();

constexpr std::array<std::uint8_t, kSlots> make_table() {
  std::array<std::uint8_t, kSlots> table{};  // position in kKnown plus one; 0: free
  std::uint8_t position = 0;
  for (const KnownName& known : kKnown) table[slot(known.name, kMultiplier)] = ++position;
  return table;
}
constexpr std::array<std::uint8_t, kSlots> kTable = make_table();

enum class Match : std::uint8_t { kNo, kExact, kAlias };

// Compares the first `known.size()` characters of `name`, which is no shorter.
Match match(std::string_view name, std::string_view known) {
  bool alias = false;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (fold(name[i]) != known[i]) return Match::kNo;
    alias = alias || name[i] == '_';
  }
  return alias ? Match::kAlias : Match::kExact;
}

}  // namespace

HeaderId header_id(std::string_view name) noexcept {
  if (name.empty()) return HeaderId::kOther;
  if (const std::uint8_t position = kTable[slot(name, kMultiplier)]; position != 0) {
    const KnownName& known = kKnown[position - 1];
    if (known.name.size() == name.size()) {
      const Match found = match(name, known.name);
      if (found != Match::kNo) return found == Match::kExact ? known.id : HeaderId::kAlias;
    }
  }
  const char first = fold(name[0]);
  if (first != 'x' && first != 'p' && first != 'r') return HeaderId::kOther;
  for (const KnownName& family : kFamilies) {
    if (name.size() <= family.name.size()) continue;
    const Match found = match(name, family.name);
    if (found != Match::kNo) return found == Match::kExact ? family.id : HeaderId::kAlias;
  }
  return HeaderId::kOther;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    // '_' and '-' differ here, so letters are folded by hand.
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace weir::net
