// Which header fields go on to the other side, and the fields whose value is a list of tokens.
#pragma once

#include <optional>
#include <string_view>

#include "net/http_head.h"

namespace weir::net {

/// True for a token (RFC 9110, 5.6.2): one or more of its characters.
[[nodiscard]] bool is_token(std::string_view text) noexcept;
/// True for a value without control characters other than tab and without white space at its ends; "" is one.
[[nodiscard]] bool is_field_value(std::string_view text) noexcept;
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim_white_space(std::string_view text) noexcept;

/// Takes what stands before `separator` off the front of `text`, without blanks around it.
[[nodiscard]] std::string_view take_until(std::string_view& text, char separator) noexcept;
/// Takes the next member off a comma-separated list (RFC 9110, 5.6.1), empty ones skipped; nothing at the
/// end. For lists without quoted strings.
[[nodiscard]] std::optional<std::string_view> next_list_member(std::string_view& list) noexcept;
/// True when a comma-separated list holds `token`, letter case aside.
[[nodiscard]] bool list_has_token(std::string_view list, std::string_view token) noexcept;
/// True when one of the Connection fields lists `token`, letter case aside.
[[nodiscard]] bool connection_has_token(const HeaderList& headers, std::string_view token) noexcept;

/// True when an Upgrade value asks for WebSocket and nothing else: the one protocol worth a tunnel (h2c
/// through a gateway would carry requests past it).
[[nodiscard]] bool is_websocket(std::string_view upgrade) noexcept;

/// What a gateway may pass on toward an upstream beside the plain fields.
struct RequestRules {
  bool api_key = false;    // X-API-Key
  bool forwarded = false;  // Forwarded, X-Forwarded-Port and the like, X-Real-IP: from a trusted proxy
};

/// Whether a request's field is copied toward the upstream. Not: those of this hop (Connection and what it
/// lists, Keep-Alive, Proxy-…, TE, Upgrade, HTTP2-Settings), those written anew (Host, Content-Length,
/// Transfer-Encoding, Expect, X-Forwarded-For, -Proto, -Host, X-Request-Id), X-Weir-…, Proxy, aliases with
/// '_', and what the rules say.
[[nodiscard]] bool passes_to_upstream(const Header& header, const RequestRules& rules) noexcept;

/// Whether an answer's field is copied toward the client. Not: those of this hop, those written anew
/// (Content-Length, Transfer-Encoding, X-Request-Id), X-RateLimit-… (replaced by ours), X-Weir-…. RateLimit
/// and RateLimit-Policy are (the gateway appends its members).
[[nodiscard]] bool passes_to_client(const Header& header) noexcept;

/// Whether a field may stand in a trailer section.
[[nodiscard]] bool passes_as_trailer(std::string_view name, HeaderId id) noexcept;

}  // namespace weir::net
