#include "net/response_parser.h"

#include <algorithm>

#include "net/framing_fields.h"

namespace weir::net {
namespace {

// Reads "HTTP/1.1 200 OK". The space after the status may be missing with the reason: many servers do so.
std::string_view read_status_line(std::string_view line, ResponseHead& out) {
  constexpr std::string_view kMalformed = "The answer's status line is malformed";
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return kMalformed;
  const std::uint16_t refused = read_version(line.substr(0, space), out.version_minor);
  if (refused == 505) return "The answer is neither HTTP/1.1 nor HTTP/1.0";
  if (refused != 0) return kMalformed;
  const std::string_view rest = line.substr(space + 1);
  if (rest.size() < 3 || (rest.size() > 3 && rest[3] != ' ')) return kMalformed;
  std::uint16_t status = 0;
  for (const char c : rest.substr(0, 3)) {
    if (c < '0' || c > '9') return kMalformed;
    status = static_cast<std::uint16_t>(status * 10 + (c - '0'));
  }
  if (status < 100 || status > 599) return "The answer's status is not within 100 to 599";
  out.status = status;
  if (rest.size() > 4) out.reason = rest.substr(4);
  return {};
}

// RFC 9112, 6.3.
std::string_view read_framing(std::string_view request_method, ResponseHead& out) {
  const BodyFields body = read_body_fields(out.headers, out.version_minor);
  if (!body.problem.empty()) return body.problem;
  out.content_length = body.length;
  if (out.status < 200 || out.status == 204) {
    // These have no body. One that is declared would be taken for the next answer's beginning.
    if (body.chunked || body.length.value_or(0) != 0)
      return "The answer declares a body its status cannot have";
    out.content_length.reset();
    return {};
  }
  if (request_method == "HEAD" || out.status == 304) return {};
  if (body.chunked)
    out.framing = Framing::kChunked;
  else if (body.length)
    out.framing = Framing::kLength;
  else
    out.framing = Framing::kUntilClose;
  return {};
}

std::string_view read_fields(std::string_view request_method, ResponseHead& out) {
  if (const std::string_view wrong = read_framing(request_method, out); !wrong.empty()) return wrong;
  const ConnectionFields connection = read_connection_fields(out.headers);
  if (!connection.problem.empty()) return connection.problem;
  out.upgrade = connection.upgrade;
  out.keep_alive = keeps_alive(connection, out.version_minor) && out.framing != Framing::kUntilClose;
  return {};
}

std::string_view problem_of(HeadScanner::Found found) {
  switch (found) {
    case HeadScanner::Found::kControl:
      return "The answer's head holds a control character";
    case HeadScanner::Found::kBareCr:
      return "The answer's head holds a CR without LF";
    case HeadScanner::Found::kBareLf:
      return "The answer's head holds an LF without CR";
    case HeadScanner::Found::kTooManyLines:
      return "The answer has too many header fields";
    default:
      return "The answer's head is too large";
  }
}

}  // namespace

ParseStatus parse_response_head(HeadScanner& scanner, std::string_view buffer, const HeadLimits& limits,
                                std::string_view request_method, ResponseHead& out) {
  out.clear();
  const auto refuse = [&](std::string_view reason) {
    scanner.reset();
    out.clear();
    return ParseStatus{ParseStatus::Code::kError, 502, 0, reason};
  };
  const std::size_t lines_max = std::min(limits.header_count, kHeadersMax) + 1;

  if (scanner.line_count() == 0) {
    // Judged at once: an upstream that speaks something else may never send an empty line.
    const auto found = scanner.scan(buffer.substr(0, limits.head_bytes), lines_max, true);
    if (found == HeadScanner::Found::kEnd) return refuse("The answer's status line is empty");
    if (found == HeadScanner::Found::kLine) {
      const std::string_view wrong = read_status_line(scanner.line(buffer, 0), out);
      if (!wrong.empty()) return refuse(wrong);
    } else if (found != HeadScanner::Found::kNothing || buffer.size() >= limits.head_bytes) {
      return refuse(problem_of(found));
    } else {
      return {};
    }
  }

  const auto found = scanner.scan(buffer.substr(0, limits.head_bytes), lines_max);
  if (found == HeadScanner::Found::kNothing && buffer.size() < limits.head_bytes) {
    out.clear();
    return {};
  }
  if (found != HeadScanner::Found::kEnd) return refuse(problem_of(found));

  // Again when it came with an earlier call: the buffer may have moved.
  (void)read_status_line(scanner.line(buffer, 0), out);
  for (std::size_t i = 1; i < scanner.line_count(); ++i) {
    const std::string_view wrong = parse_field_line(scanner.line(buffer, i), out.headers);
    if (!wrong.empty()) return refuse(wrong);
  }
  const std::string_view wrong = read_fields(request_method, out);
  if (!wrong.empty()) return refuse(wrong);
  const std::size_t head_bytes = scanner.position();
  scanner.reset();
  return {ParseStatus::Code::kComplete, 0, head_bytes, {}};
}

}  // namespace weir::net
