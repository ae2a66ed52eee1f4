#include "keys/token_format.h"

#include "keys/checked_text.h"

namespace weir {
namespace {

// Not "weir_": a key of the gateway and a token of the admin API are told apart at a glance.
constexpr std::string_view kPrefix = "weiradm_";
constexpr std::size_t kRandomLength = 43;  // 256.03 bits
constexpr std::size_t kShown = 4;

}  // namespace

Result<std::string> generate_token() {
  return random_checked_text(kPrefix, kRandomLength);
}

bool is_token_shaped(std::string_view presented) {
  return presented.size() == kPrefix.size() + kRandomLength + kChecksumLength &&
         presented.starts_with(kPrefix) && is_base62(presented.substr(kPrefix.size())) &&
         has_valid_checksum(presented);
}

std::string token_display_form(std::string_view token) {
  return std::string(token.substr(0, kPrefix.size() + kShown)).append("…");
}

}  // namespace weir
