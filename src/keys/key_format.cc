#include "keys/key_format.h"

#include <algorithm>

#include "keys/checked_text.h"

namespace weir {
namespace {

constexpr std::string_view kPrefix = "weir_";
constexpr std::size_t kRandomLength = 30;
constexpr std::size_t kEnvironmentMax = 16;
constexpr std::size_t kForeignMin = 8;
constexpr std::size_t kShown = 4;             // characters of the secret in its display form
constexpr std::size_t kForeignShownMin = 16;  // a shorter foreign key shows nothing
constexpr std::string_view kEllipsis = "…";

bool is_lower_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// The length of "weir_<env>_" at the front of `key`, or 0.
std::size_t head_length(std::string_view key) {
  if (!key.starts_with(kPrefix)) return 0;
  std::size_t end = kPrefix.size();
  while (end < key.size() && end - kPrefix.size() <= kEnvironmentMax && is_lower_alnum(key[end])) ++end;
  const std::size_t environment = end - kPrefix.size();
  const bool shaped =
      environment >= 1 && environment <= kEnvironmentMax && end < key.size() && key[end] == '_';
  return shaped ? end + 1 : 0;
}

bool is_weir_key(std::string_view key) {
  const std::size_t head = head_length(key);
  if (head == 0 || key.size() != head + kRandomLength + kChecksumLength) return false;
  return is_base62(key.substr(head)) && has_valid_checksum(key);
}

}  // namespace

KeyShape classify_key(std::string_view presented) noexcept {
  if (presented.starts_with(kPrefix)) return is_weir_key(presented) ? KeyShape::kWeir : KeyShape::kMalformed;
  if (presented.size() < kForeignMin || presented.size() > kKeyLengthMax) return KeyShape::kMalformed;
  const bool visible =
      std::all_of(presented.begin(), presented.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  return visible ? KeyShape::kForeign : KeyShape::kMalformed;
}

std::string environment_token(std::string_view environment) {
  std::string token;
  for (char c : environment) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (is_lower_alnum(c) && token.size() < kEnvironmentMax) token.push_back(c);
  }
  return token.empty() ? "default" : token;
}

Result<std::string> generate_key(std::string_view environment) {
  return random_checked_text(std::string(kPrefix) + environment_token(environment) + "_", kRandomLength);
}

std::string display_form(std::string_view key) {
  const std::size_t head = is_weir_key(key) ? head_length(key) : 0;
  const bool shown = head > 0 || key.size() >= kForeignShownMin;
  return std::string(shown ? key.substr(0, head + kShown) : std::string_view{}).append(kEllipsis);
}

}  // namespace weir
