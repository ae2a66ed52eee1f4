#include "model/request_id.h"

namespace weir {
namespace {

constexpr char kHex[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

constexpr bool has_hyphen_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    if (has_hyphen_before(i) && text[at++] != '-') return std::nullopt;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return uuid;
}

void Uuid::write(char* out) const {
  for (std::size_t i = 0; i < 16; ++i) {
    if (has_hyphen_before(i)) *out++ = '-';
    *out++ = kHex[bytes[i] >> 4];
    *out++ = kHex[bytes[i] & 15];
  }
}

std::string Uuid::to_string() const {
  std::string text(kTextSize, '\0');
  write(text.data());
  return text;
}

Uuid make_uuid_v7(std::uint64_t unix_millis, std::uint64_t random_high, std::uint64_t random_low) {
  Uuid uuid;
  for (unsigned i = 0; i < 6; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(unix_millis >> (40 - 8 * i));
  for (unsigned i = 0; i < 2; ++i) uuid.bytes[6 + i] = static_cast<std::uint8_t>(random_high >> (8 * i));
  for (unsigned i = 0; i < 8; ++i) uuid.bytes[8 + i] = static_cast<std::uint8_t>(random_low >> (8 * i));
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70U | (uuid.bytes[6] & 0x0FU));
  uuid.bytes[8] = static_cast<std::uint8_t>(0x80U | (uuid.bytes[8] & 0x3FU));
  return uuid;
}

bool is_sane_request_id(std::string_view text) {
  if (text.empty() || text.size() > kRequestIdMax) return false;
  constexpr std::string_view kPunctuation = "._~:/+=@-";
  for (const char c : text) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!alphanumeric && kPunctuation.find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace weir
