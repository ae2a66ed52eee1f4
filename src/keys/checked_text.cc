#include "keys/checked_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace weir {
namespace {

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

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

std::array<char, kChecksumLength> crc_digits(std::string_view text) {
  std::array<char, kChecksumLength> digits;
  std::uint32_t crc = crc32(text);
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
    *it = kBase62[crc % 62];
    crc /= 62;
  }
  return digits;
}

}  // namespace

bool is_base62(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

Result<std::string> random_checked_text(std::string_view prefix, std::size_t random_length) {
  std::string text(prefix);
  const std::size_t complete = text.size() + random_length;
  std::array<unsigned char, 64> bytes;
  while (text.size() < complete) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
      return fail(ErrorCode::kUnavailable, "the system's random source gives no bytes for a new secret",
                  true);
    }
    for (const unsigned char byte : bytes) {
      // 248 is the greatest multiple of 62: bytes beyond it would make some characters likelier than others.
      if (byte < 248 && text.size() < complete) text.push_back(kBase62[byte % 62]);
    }
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  const auto digits = crc_digits(text);
  return text.append(digits.data(), digits.size());
}

bool has_valid_checksum(std::string_view text) {
  if (text.size() < kChecksumLength) return false;
  const auto digits = crc_digits(text.substr(0, text.size() - kChecksumLength));
  return text.ends_with(std::string_view(digits.data(), digits.size()));
}

}  // namespace weir
