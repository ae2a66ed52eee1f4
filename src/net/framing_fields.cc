#include "net/framing_fields.h"

#include <charconv>
#include <limits>

#include "net/header_rules.h"

namespace weir::net {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alphanumeric(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'z');
}

// Digits only: no sign, no list ("5, 5"), below 2^63 so that no later sum wraps.
std::optional<std::uint64_t> read_length(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (length > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return length;
}

// RFC 9112, 6.1: "chunked" must come last and once; a coding before it is one we do not know.
void read_codings(std::string_view list, BodyFields& out) {
  bool before_chunked = false;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view coding = trim_white_space(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    if (out.chunked) {
      out.problem = "Transfer-Encoding goes on after chunked";
      return;
    }
    if (!is_token(coding)) {
      out.problem = "Transfer-Encoding is malformed";
      return;
    }
    if (equals_ignoring_case(coding, "chunked"))
      out.chunked = true;
    else
      before_chunked = true;
  }
  if (!out.chunked) {
    out.problem = "Transfer-Encoding does not end in chunked";
  } else if (before_chunked) {
    out.unknown_coding = true;
    out.problem = "A transfer coding other than chunked is not supported";
  }
}

}  // namespace

BodyFields read_body_fields(const HeaderList& headers, std::uint8_t version_minor) {
  BodyFields out;
  if (const Header* coding = headers.find(HeaderId::kTransferEncoding)) {
    if (headers.has(HeaderId::kContentLength)) {
      out.problem = "Both Content-Length and Transfer-Encoding";
    } else if (version_minor == 0) {
      out.problem = "Transfer-Encoding in HTTP/1.0";
    } else if (headers.count(HeaderId::kTransferEncoding) > 1) {
      out.problem = "More than one Transfer-Encoding";
    } else if (coding->value.ends_with(',')) {
      out.problem = "Transfer-Encoding is malformed";
    } else {
      read_codings(coding->value, out);
      if (coding->value.empty()) out.problem = "Transfer-Encoding is empty";
    }
  } else if (const Header* length = headers.find(HeaderId::kContentLength)) {
    if (headers.count(HeaderId::kContentLength) > 1) {
      out.problem = "More than one Content-Length";
    } else {
      out.length = read_length(length->value);
      if (!out.length) out.problem = "Content-Length is not a number this server accepts";
    }
  }
  return out;
}

ConnectionFields read_connection_fields(HeaderList& headers) {
  ConnectionFields out;
  if (!headers.has(HeaderId::kConnection)) return out;
  bool upgrade = false;
  std::size_t options = 0;
  for (const Header& field : headers) {
    if (field.id != HeaderId::kConnection) continue;
    std::string_view list = field.value;
    while (const auto option = next_list_member(list)) {
      if (!is_token(*option)) {
        out.problem = "Connection is malformed";
        return out;
      }
      if (++options > kConnectionOptionsMax) {
        out.problem = "Connection lists too many options";
        return out;
      }
      if (equals_ignoring_case(*option, "close")) {
        out.close = true;
      } else if (equals_ignoring_case(*option, "keep-alive")) {
        out.keep_alive = true;
      } else {
        upgrade = upgrade || equals_ignoring_case(*option, "upgrade");
        for (Header& named : headers) {
          if (equals_ignoring_case(named.name, *option)) named.connection_listed = true;
        }
      }
    }
  }
  if (!upgrade) return out;
  if (const Header* protocol = headers.find(HeaderId::kUpgrade)) {
    if (headers.count(HeaderId::kUpgrade) > 1) out.problem = "More than one Upgrade";
    out.upgrade = protocol->value;
  }
  return out;
}

std::uint16_t read_version(std::string_view text, std::uint8_t& minor) {
  if (text == "HTTP/1.1") {
    minor = 1;
    return 0;
  }
  if (text == "HTTP/1.0") {
    minor = 0;
    return 0;
  }
  const bool well_formed = text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) &&
                           text[6] == '.' && is_digit(text[7]);
  return well_formed ? 505 : 400;
}

bool is_host(std::string_view text) {
  std::size_t at = 0;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close < 3) return false;  // "[::]" is the shortest
    bool colon = false;
    for (at = 1; at < close; ++at) {
      const char lower = static_cast<char>(text[at] | 0x20);
      colon = colon || text[at] == ':';
      if (!is_digit(text[at]) && !(lower >= 'a' && lower <= 'f') && text[at] != ':' && text[at] != '.')
        return false;
    }
    if (!colon) return false;
    ++at;
  } else {
    while (at < text.size() &&
           (is_alphanumeric(text[at]) || text[at] == '-' || text[at] == '.' || text[at] == '_')) {
      ++at;
    }
    if (at == 0) return false;
  }
  if (at == text.size()) return true;
  if (text[at] != ':') return false;
  const std::string_view port = text.substr(at + 1);
  if (port.size() > 5) return false;
  std::uint32_t value = 0;
  for (const char c : port) {
    if (!is_digit(c)) return false;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value <= 65535;
}

}  // namespace weir::net
