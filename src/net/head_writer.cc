#include "net/head_writer.h"

#include <charconv>

namespace weir::net {
namespace {

template <int kBase>
void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value, kBase).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ", 2).append(value).append("\r\n", 2);
}

// Trailer announces what only chunks can carry.
bool fits_framing(const Header& header, Framing framing) {
  return header.id != HeaderId::kTrailer || framing == Framing::kChunked;
}

}  // namespace

std::string_view reason_phrase(std::uint16_t status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 102:
      return "Processing";
    case 103:
      return "Early Hints";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 203:
      return "Non-Authoritative Information";
    case 204:
      return "No Content";
    case 205:
      return "Reset Content";
    case 206:
      return "Partial Content";
    case 207:
      return "Multi-Status";
    case 208:
      return "Already Reported";
    case 226:
      return "IM Used";
    case 300:
      return "Multiple Choices";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 305:
      return "Use Proxy";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 407:
      return "Proxy Authentication Required";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 424:
      return "Failed Dependency";
    case 425:
      return "Too Early";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 451:
      return "Unavailable For Legal Reasons";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 506:
      return "Variant Also Negotiates";
    case 507:
      return "Insufficient Storage";
    case 508:
      return "Loop Detected";
    case 511:
      return "Network Authentication Required";
    default:
      return {};
  }
}

void append_decimal(std::string& out, std::uint64_t value) {
  append_number<10>(out, value);
}
void append_hex(std::string& out, std::uint64_t value) {
  append_number<16>(out, value);
}

void append_status_line(std::string& out, std::uint16_t status, std::string_view reason) {
  out.append("HTTP/1.1 ", 9);
  append_decimal(out, status);
  out.push_back(' ');
  out.append(reason.empty() ? reason_phrase(status) : reason).append("\r\n", 2);
}

bool append_header(std::string& out, std::string_view name, std::string_view value) {
  if (!is_token(name) || !is_field_value(value)) return false;
  append_line(out, name, value);
  return true;
}

void append_header(std::string& out, std::string_view name, std::uint64_t value) {
  out.append(name).append(": ", 2);
  append_decimal(out, value);
  out.append("\r\n", 2);
}

void append_header(std::string& out, const Header& header) {
  append_line(out, header.name, header.value);
}

void append_framing(std::string& out, Framing framing, std::uint64_t content_length) {
  if (framing == Framing::kLength) append_header(out, "Content-Length", content_length);
  if (framing == Framing::kChunked) out.append("Transfer-Encoding: chunked\r\n");
}

void append_request_head(std::string& out, const RequestHead& head, const UpstreamHead& options) {
  out.append(head.method).push_back(' ');
  // "OPTIONS *" asks about the server as a whole: no path to put the base before.
  if (head.path != "*") out.append(options.base_path);
  out.append(head.path);
  if (head.has_query) out.append("?", 1).append(head.query);
  out.append(" HTTP/1.1\r\n");
  append_line(out, "Host", options.host.empty() ? head.host : options.host);
  for (const Header& header : head.headers) {
    if (passes_to_upstream(header, options.rules) && fits_framing(header, head.framing))
      append_header(out, header);
  }
  append_framing(out, head.framing, head.content_length);
  if (options.upgrade) {
    out.append("Connection: upgrade\r\n");
    append_line(out, "Upgrade", head.upgrade);
  } else if (head.te_trailers) {
    out.append("Connection: te\r\nTE: trailers\r\n");
  }
}

ClientFraming client_framing(const RequestHead& request, const ResponseHead& response) noexcept {
  ClientFraming out{response.framing, request.keep_alive};
  const bool unknown_length = out.framing == Framing::kChunked || out.framing == Framing::kUntilClose;
  if (!unknown_length) return out;
  out.framing = request.version_minor >= 1 ? Framing::kChunked : Framing::kUntilClose;
  out.keep_alive = out.keep_alive && out.framing == Framing::kChunked;
  return out;
}

void append_response_head(std::string& out, const ResponseHead& head, const RequestHead& request,
                          const ClientFraming& framing) {
  append_status_line(out, head.status, head.reason);
  for (const Header& header : head.headers) {
    if (passes_to_client(header) && fits_framing(header, framing.framing)) append_header(out, header);
  }
  if (head.status == 101) {
    out.append("Connection: upgrade\r\n");
    append_line(out, "Upgrade", head.upgrade);
    return;
  }
  if (head.status < 200) return;
  // An answer without body may still say how long it would be (to HEAD, or 304).
  if (head.content_length && framing.framing == Framing::kNone) {
    append_header(out, "Content-Length", *head.content_length);
  } else {
    append_framing(out, framing.framing, head.content_length.value_or(0));
  }
  append_connection(out, request.version_minor, framing.keep_alive);
}

void append_connection(std::string& out, std::uint8_t request_version_minor, bool keep_alive) {
  if (!keep_alive)
    out.append("Connection: close\r\n");
  else if (request_version_minor == 0)
    out.append("Connection: keep-alive\r\n");
}

void append_chunk_head(std::string& out, std::uint64_t size) {
  append_hex(out, size);
  out.append("\r\n", 2);
}

void append_last_chunk(std::string& out, std::string_view trailers) {
  out.append("0\r\n", 3).append(trailers).append("\r\n", 2);
}

}  // namespace weir::net
