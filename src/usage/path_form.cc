#include "usage/path_form.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir {
namespace {

enum Kind : std::uint8_t {
  kForeign,     // to be escaped
  kUnreserved,  // RFC 3986, 2.3
  kPlain,       // what else a segment may have (3.3), but for ";" and "%"
};

constexpr std::array<std::uint8_t, 256> make_kinds() {
  std::array<std::uint8_t, 256> kinds{};
  for (unsigned c = 'a'; c <= 'z'; ++c) kinds[c] = kinds[c - 32] = kUnreserved;
  for (unsigned c = '0'; c <= '9'; ++c) kinds[c] = kUnreserved;
  for (const char c : std::string_view("-._~")) kinds[static_cast<unsigned char>(c)] = kUnreserved;
  for (const char c : std::string_view("!$&'()*+,=:@")) kinds[static_cast<unsigned char>(c)] = kPlain;
  return kinds;
}
constexpr auto kKinds = make_kinds();

Kind kind_of(char c) {
  return static_cast<Kind>(kKinds[static_cast<unsigned char>(c)]);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_escape(unsigned char byte, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const char escape[3] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  out.append(escape, sizeof escape);
}

bool is_normal(std::string_view path) {
  char before = 0;
  for (const char c : path) {
    if (c == '/' ? before == '/' : kind_of(c) == kForeign) return false;
    before = c;
  }
  return before != '/' || path.size() == 1;
}

}  // namespace

void append_normal(std::string_view piece, std::string& out) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const char c = piece[i];
    if (kind_of(c) != kForeign) {
      out += c;
      continue;
    }
    const int high = c == '%' && i + 2 < piece.size() ? hex_value(piece[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(piece[i + 2]) : -1;
    if (low < 0) {
      append_escape(static_cast<unsigned char>(c), out);
      continue;
    }
    const auto byte = static_cast<unsigned char>(high * 16 + low);
    if (kind_of(static_cast<char>(byte)) == kUnreserved)
      out += static_cast<char>(byte);
    else
      append_escape(byte, out);
    i += 2;
  }
}

std::string_view normal_path(std::string_view path, std::string& buffer) {
  if (!path.starts_with('/')) return {};
  if (is_normal(path)) return path;
  buffer.clear();
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t start = at + 1;  // behind the slash
    at = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, at - start);
    const std::string_view bare = segment.substr(0, segment.find(';'));
    if (bare.empty()) continue;
    buffer += '/';
    append_normal(bare, buffer);
  }
  if (buffer.empty()) buffer += '/';
  return buffer;
}

}  // namespace weir
