#include "notify/mail_address.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kAddressMax = 254;
constexpr std::string_view kForbidden = "\"<>(),;:\\[]";

}  // namespace

bool is_mail_address(std::string_view text) {
  if (text.empty() || text.size() > kAddressMax || text.front() == '-') return false;
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c <= '~' && kForbidden.find(c) == std::string_view::npos;
  });
  const auto at = text.find('@');
  return plain && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos;
}

std::string printable_address(std::string_view text) {
  std::string out(text.substr(0, 64));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace weir
