#include "keys/key_format.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace weir {
namespace {

constexpr std::string_view kPrefix = "weir_";
constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kRandomLength = 30;
constexpr std::size_t kCrcLength = 6;
constexpr std::size_t kEnvironmentMax = 16;
constexpr std::size_t kForeignMin = 8;
constexpr std::size_t kShown = 4;             // characters of the secret in its display form
constexpr std::size_t kForeignShownMin = 16;  // a shorter foreign key shows nothing
constexpr std::string_view kEllipsis = "…";

bool is_lower_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alnum(char c) {
  return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB8'8320U : 0U);
    table[i] = crc;
  }
  return table;
}();

/// CRC-32 of ISO 3309, the one of zlib and of other services' keys: scanners for leaked keys have it at hand.
std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xFFFF'FFFF;
  for (const char c : text) crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<std::uint8_t>(c)) & 0xFF];
  return ~crc;
}

std::array<char, kCrcLength> crc_digits(std::string_view text) {
  std::array<char, kCrcLength> digits;
  std::uint32_t crc = crc32(text);
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
    *it = kBase62[crc % 62];
    crc /= 62;
  }
  return digits;
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
  if (head == 0 || key.size() != head + kRandomLength + kCrcLength) return false;
  if (!std::all_of(key.begin() + static_cast<std::ptrdiff_t>(head), key.end(), is_alnum)) return false;
  const auto digits = crc_digits(key.substr(0, head + kRandomLength));
  return key.substr(head + kRandomLength) == std::string_view(digits.data(), digits.size());
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
  std::string key = std::string(kPrefix) + environment_token(environment) + "_";
  const std::size_t complete = key.size() + kRandomLength;
  std::array<unsigned char, 64> bytes;
  while (key.size() < complete) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
      return fail(ErrorCode::kUnavailable, "the system's random source gives no bytes for a new key", true);
    }
    for (const unsigned char byte : bytes) {
      // 248 is the greatest multiple of 62: bytes beyond it would make some characters likelier than others.
      if (byte < 248 && key.size() < complete) key.push_back(kBase62[byte % 62]);
    }
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  const auto digits = crc_digits(key);
  return key.append(digits.data(), digits.size());
}

std::string display_form(std::string_view key) {
  const std::size_t head = is_weir_key(key) ? head_length(key) : 0;
  const bool shown = head > 0 || key.size() >= kForeignShownMin;
  return std::string(shown ? key.substr(0, head + kShown) : std::string_view{}).append(kEllipsis);
}

}  // namespace weir
