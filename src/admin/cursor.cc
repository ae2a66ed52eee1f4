#include "admin/cursor.h"

#include <array>
#include <cstddef>

#include "base/crc32c.h"

namespace weir {
namespace {

// Kind, position (8 bytes, big-endian), CRC-32C over both: a multiple of 3 with the padding byte, so that
// base64url (RFC 4648, 5) needs no "=".
constexpr std::size_t kSize = 15;
constexpr std::size_t kChecked = 9;
constexpr std::size_t kTextSize = kSize / 3 * 4;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::array<unsigned char, kSize> bytes_of(CursorKind kind, std::uint64_t position) {
  std::array<unsigned char, kSize> bytes{};
  bytes[0] = static_cast<unsigned char>(kind);
  for (std::size_t i = 0; i < 8; ++i) bytes[1 + i] = static_cast<unsigned char>(position >> (56 - 8 * i));
  const std::uint32_t sum = crc32c(bytes.data(), kChecked);
  for (std::size_t i = 0; i < 4; ++i) bytes[kChecked + i] = static_cast<unsigned char>(sum >> (24 - 8 * i));
  return bytes;
}

}  // namespace

std::string encode_cursor(CursorKind kind, std::uint64_t position) {
  const auto bytes = bytes_of(kind, position);
  std::string text;
  for (std::size_t i = 0; i < kSize; i += 3) {
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) text += kAlphabet[group >> shift & 63U];
  }
  return text;
}

Result<std::uint64_t> decode_cursor(CursorKind kind, std::string_view text) {
  const auto refused = fail(ErrorCode::kInvalid, "cursor: is not one this list gave out");
  if (text.size() != kTextSize) return refused;
  std::array<unsigned char, kSize> bytes{};
  for (std::size_t i = 0; i < kTextSize; i += 4) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const auto digit = kAlphabet.find(text[i + j]);
      if (digit == std::string_view::npos) return refused;
      group = group << 6 | static_cast<std::uint32_t>(digit);
    }
    for (std::size_t j = 0; j < 3; ++j)
      bytes[i / 4 * 3 + j] = static_cast<unsigned char>(group >> (16 - 8 * j));
  }
  std::uint64_t position = 0;
  for (std::size_t i = 0; i < 8; ++i) position = position << 8 | bytes[1 + i];
  if (bytes != bytes_of(kind, position)) return refused;
  return position;
}

}  // namespace weir
