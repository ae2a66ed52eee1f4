#include "net/request_parser.h"

#include <algorithm>

#include "net/framing_fields.h"
#include "net/header_rules.h"
#include "net/token_characters.h"

namespace weir::net {
namespace {

constexpr std::size_t kMethodMax = 32;  // as a journal record keeps it
constexpr std::size_t kVersionSize = std::string_view("HTTP/1.1").size();

// What is wrong: a status and a sentence; status 0: nothing.
struct Problem {
  std::uint16_t status = 0;
  std::string_view reason;
  explicit operator bool() const { return status != 0; }
};

constexpr bool is_target_character(char c) {
  return c > ' ' && c < 0x7F && c != '#';
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

void split_path(std::string_view path_and_query, RequestHead& out) {
  const std::size_t question = path_and_query.find('?');
  out.path = path_and_query.substr(0, question);
  out.has_query = question != std::string_view::npos;
  if (out.has_query) out.query = path_and_query.substr(question + 1);
}

// The record wants method and path of refused requests too: what a broken request line shows of them.
void note_what_is_known(std::string_view line, const HeadLimits& limits, RequestHead& out) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || space > kMethodMax || !is_token(line.substr(0, space))) return;
  out.method = line.substr(0, space);
  std::string_view target = line.substr(space + 1);
  target = target.substr(0, std::min(target.find(' '), limits.uri_bytes));
  if (!target.starts_with('/') || !std::all_of(target.begin(), target.end(), is_target_character)) return;
  out.target = target;
  split_path(target, out);
}

// RFC 9112, 3.2.
Problem read_target(RequestHead& out) {
  const std::string_view target = out.target;
  if (target.front() == '/') {
    split_path(target, out);
    return {};
  }
  if (out.method == "CONNECT") return {501, "CONNECT is not supported"};
  if (target == "*") {
    if (out.method != "OPTIONS") return {400, "The target * is for OPTIONS only"};
    out.path = target;
    return {};
  }
  std::size_t scheme = 0;
  if (starts_with_ignoring_case(target, "http://")) scheme = 7;
  if (starts_with_ignoring_case(target, "https://")) scheme = 8;
  if (scheme == 0) return {400, "The request target is neither a path nor an http URL"};
  const std::string_view rest = target.substr(scheme);
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  out.host = rest.substr(0, authority_end);
  if (!is_host(out.host)) return {400, "The host in the request target is malformed"};
  split_path(rest.substr(authority_end), out);
  // RFC 9112, 3.2.4: OPTIONS of a URL without path and query asks about the server.
  if (out.path.empty()) out.path = out.method == "OPTIONS" && !out.has_query ? "*" : "/";
  return {};
}

Problem read_request_line(std::string_view line, const HeadLimits& limits, RequestHead& out) {
  const char* const end = line.data() + line.size();
  const char* at = line.data();
  while (at != end && is_token_character(*at)) ++at;
  const auto method_size = static_cast<std::size_t>(at - line.data());
  if (method_size > kMethodMax) return {501, "The method is longer than any this server knows"};
  if (method_size == 0 || at == end || *at != ' ') return {400, "The request line is malformed"};
  const char* const target = ++at;
  while (at != end && is_target_character(*at)) ++at;
  const auto target_size = static_cast<std::size_t>(at - target);
  if (target_size > limits.uri_bytes) return {414, "The request target is too long"};
  if (at != end && *at != ' ') return {400, "The request target holds a character that is not allowed"};
  if (target_size == 0 || at == end) return {400, "The request line is malformed"};
  const auto version_size = static_cast<std::size_t>(end - at - 1);
  const std::uint16_t refused = read_version({at + 1, version_size}, out.version_minor);
  if (refused == 505) return {505, "Only HTTP/1.1 and HTTP/1.0 are served here"};
  if (refused != 0) return {400, "The request line is malformed"};
  out.method = {line.data(), method_size};
  out.target = {target, target_size};
  return read_target(out);
}

// The fields against each other, once all are there.
Problem read_fields(RequestHead& out) {
  HeaderList& headers = out.headers;
  const BodyFields body = read_body_fields(headers, out.version_minor);
  if (body.unknown_coding) return {501, body.problem};
  if (!body.problem.empty()) return {400, body.problem};
  if (body.chunked) out.framing = Framing::kChunked;
  if (body.length) {
    out.framing = Framing::kLength;
    out.content_length = *body.length;
  }

  const Header* const host = headers.find(HeaderId::kHost);
  if (host != nullptr) {
    if (headers.count(HeaderId::kHost) > 1) return {400, "More than one Host"};
    if (!is_host(host->value)) return {400, "Host is malformed"};
    if (out.host.empty()) out.host = host->value;
  } else if (out.version_minor >= 1) {
    return {400, "Host is missing"};
  }

  const ConnectionFields connection = read_connection_fields(headers);
  if (!connection.problem.empty()) return {400, connection.problem};
  out.keep_alive = keeps_alive(connection, out.version_minor);
  if (out.version_minor >= 1) {
    out.upgrade = connection.upgrade;
    if (const Header* expect = headers.find(HeaderId::kExpect)) {
      out.expect_continue = equals_ignoring_case(expect->value, "100-continue");
    }
  }
  if (const Header* te = headers.find(HeaderId::kTe)) out.te_trailers = list_has_token(te->value, "trailers");
  return {};
}

Problem problem_of(HeadScanner::Found found) {
  switch (found) {
    case HeadScanner::Found::kControl:
      return {400, "The request head holds a control character"};
    case HeadScanner::Found::kBareCr:
      return {400, "The request head holds a CR without LF"};
    case HeadScanner::Found::kBareLf:
      return {400, "The request head holds an LF without CR"};
    case HeadScanner::Found::kTooManyLines:
      return {431, "The request has too many header fields"};
    default:
      return {};
  }
}

}  // namespace

ParseStatus parse_request_head(HeadScanner& scanner, std::string_view buffer, const HeadLimits& limits,
                               RequestHead& out) {
  out.clear();
  scanner.skip_leading_empty_line(buffer);
  const auto refuse = [&scanner](Problem problem) {
    scanner.reset();
    return ParseStatus{ParseStatus::Code::kError, problem.status, 0, problem.reason};
  };
  const std::size_t lines_max = std::min(limits.header_count, kHeadersMax) + 1;
  const bool had_first_line = scanner.line_count() > 0;

  if (!had_first_line) {
    // The request line is judged as soon as it is there: what is no HTTP is told so without waiting for more.
    const std::size_t line_max = std::min(
        scanner.first() + kMethodMax + 1 + limits.uri_bytes + 1 + kVersionSize + 2, limits.head_bytes);
    const auto found = scanner.scan(buffer.substr(0, line_max), lines_max, true);
    if (found != HeadScanner::Found::kLine) {
      if (found == HeadScanner::Found::kNothing && buffer.size() < line_max) return {};
      note_what_is_known(scanner.first_line_so_far(buffer), limits, out);
      if (found == HeadScanner::Found::kNothing) return refuse({414, "The request line is too long"});
      if (found == HeadScanner::Found::kEnd) return refuse({400, "The request line is empty"});
      return refuse(problem_of(found));
    }
    if (const Problem problem = read_request_line(scanner.line(buffer, 0), limits, out)) {
      note_what_is_known(scanner.line(buffer, 0), limits, out);
      return refuse(problem);
    }
  }

  const auto found = scanner.scan(buffer.substr(0, limits.head_bytes), lines_max);
  if (found == HeadScanner::Found::kNothing && buffer.size() < limits.head_bytes) {
    out.clear();  // these views would not outlive a move of the buffer
    return {};
  }
  // Read again when it came with an earlier call: the buffer may have moved.
  if (had_first_line) (void)read_request_line(scanner.line(buffer, 0), limits, out);
  if (found == HeadScanner::Found::kNothing) return refuse({431, "The request head is too large"});
  if (found != HeadScanner::Found::kEnd) return refuse(problem_of(found));

  for (std::size_t i = 1; i < scanner.line_count(); ++i) {
    const std::string_view wrong = parse_field_line(scanner.line(buffer, i), out.headers);
    if (!wrong.empty()) return refuse({400, wrong});
  }
  if (const Problem problem = read_fields(out)) return refuse(problem);
  const std::size_t head_bytes = scanner.position();
  scanner.reset();
  return {ParseStatus::Code::kComplete, 0, head_bytes, {}};
}

void read_partial_request_head(const HeadScanner& scanner, std::string_view buffer, const HeadLimits& limits,
                               RequestHead& out) {
  out.clear();
  note_what_is_known(scanner.first_line_so_far(buffer), limits, out);
}

}  // namespace weir::net
