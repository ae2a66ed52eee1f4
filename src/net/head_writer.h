// Writes message heads and chunk framing, from values that were checked: nothing of the bytes received is
// copied without having been parsed.
//
// All calls append to `out`, a buffer the caller keeps and clears: once it is warm nothing is allocated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/header_rules.h"
#include "net/http_head.h"

namespace weir::net {

/// "Not Found" for 404; "" for a status without registered phrase.
[[nodiscard]] std::string_view reason_phrase(std::uint16_t status) noexcept;

void append_decimal(std::string& out, std::uint64_t value);
void append_hex(std::string& out, std::uint64_t value);

/// "HTTP/1.1 404 Not Found\r\n". An empty `reason` is taken from the table; another must come from a parsed
/// answer.
void append_status_line(std::string& out, std::uint16_t status, std::string_view reason = {});

/// "Name: value\r\n". False, and nothing is appended, when the name is no token or the value holds a control
/// character: so no value from a setting, a file or a message can end a line.
[[nodiscard]] bool append_header(std::string& out, std::string_view name, std::string_view value);
/// The same for a name written in the source; not checked.
void append_header(std::string& out, std::string_view name, std::uint64_t value);
/// A field that came out of a parser, as it was.
void append_header(std::string& out, const Header& header);

/// Content-Length, Transfer-Encoding: chunked, or nothing for kNone and kUntilClose.
void append_framing(std::string& out, Framing framing, std::uint64_t content_length);

/// The empty line.
inline void append_head_end(std::string& out) {
  out.append("\r\n", 2);
}

/// How a request goes on to an upstream.
struct UpstreamHead {
  std::string_view base_path{};  // put before the path; "" or "/x"
  std::string_view host{};       // the Host to send; "" sends the request's own
  bool upgrade = false;          // pass Upgrade on: only for a request whose `upgrade` is not empty
  RequestRules rules{};
};

/// Request line, Host, the fields that pass, framing, TE and Upgrade with their Connection. The caller
/// appends its own fields (X-Forwarded-…, X-Weir-…, Expect) and append_head_end().
void append_request_head(std::string& out, const RequestHead& head, const UpstreamHead& options);

/// How an answer's body goes on to the client.
struct ClientFraming {
  Framing framing = Framing::kNone;
  bool keep_alive = true;  // of the client's connection, afterwards
};

/// HTTP/1.0 clients know no chunks: a body of unknown length ends with their connection. Takes the request's
/// wish to keep the connection into account.
[[nodiscard]] ClientFraming client_framing(const RequestHead& request, const ResponseHead& response) noexcept;

/// Status line, the fields that pass, framing, and Connection where it says more than the version does
/// (close; keep- alive to HTTP/1.0; upgrade for 101, whose `upgrade` must not be empty). The caller appends
/// its own fields and append_head_end(). For 1xx answers other than 101 only the fields are written, without
/// framing and Connection.
void append_response_head(std::string& out, const ResponseHead& head, const RequestHead& request,
                          const ClientFraming& framing);

/// "Connection: close", or "keep-alive" to an HTTP/1.0 client that keeps the connection; nothing otherwise.
void append_connection(std::string& out, std::uint8_t request_version_minor, bool keep_alive);

/// The line before a chunk's data. `size` > 0: a chunk of 0 bytes would end the body.
void append_chunk_head(std::string& out, std::uint64_t size);
/// What follows a chunk's data.
inline constexpr std::string_view kChunkEnd = "\r\n";
/// The last chunk and the trailer section; `trailers` as BodyDecoder::trailers() gives them, or "".
void append_last_chunk(std::string& out, std::string_view trailers = {});

}  // namespace weir::net
