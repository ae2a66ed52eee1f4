// The fields that decide where a body ends and what the connection does next, read the same way for requests
// and answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http_head.h"

namespace weir::net {

/// Most options of all Connection fields of a message together.
inline constexpr std::size_t kConnectionOptionsMax = 32;

/// What Content-Length and Transfer-Encoding say together. `problem`: why they cannot be trusted, else "".
struct BodyFields {
  std::optional<std::uint64_t> length;
  bool chunked = false;
  bool unknown_coding =
      false;  // well-formed, chunked last, but other codings before it; `problem` is set too
  std::string_view problem;
};
[[nodiscard]] BodyFields read_body_fields(const HeaderList& headers, std::uint8_t version_minor);

/// What the Connection fields list, and Upgrade when they list it. Marks the fields they name. `problem` as
/// above.
struct ConnectionFields {
  bool close = false;
  bool keep_alive = false;
  std::string_view upgrade;
  std::string_view problem;
};
[[nodiscard]] ConnectionFields read_connection_fields(HeaderList& headers);

/// Whether the connection outlives a message with these fields (RFC 9112, 9.3).
[[nodiscard]] inline bool keeps_alive(const ConnectionFields& fields, std::uint8_t version_minor) {
  return !fields.close && (version_minor >= 1 || fields.keep_alive);
}

/// Reads "HTTP/1.1". 0 when it is HTTP/1.0 or 1.1, and sets `minor`; 505 for another version; 400 when it is
/// none.
[[nodiscard]] std::uint16_t read_version(std::string_view text, std::uint8_t& minor);

/// True for what a Host field may hold: a name or an IPv4 address, or an IPv6 address in brackets, then maybe
/// a port.
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace weir::net
