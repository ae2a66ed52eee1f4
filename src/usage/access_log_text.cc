#include "usage/access_log_text.h"

#include <charconv>

#include "usage/access_log_time.h"

namespace weir {
namespace {

/// Takes the text up to the next blank, and the blank.
std::string_view take_word(std::string_view& rest) {
  const auto end = rest.find(' ');
  const std::string_view word = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return word;
}

/// Takes what stands between `open` and `close` and the blank behind; a backslash takes the next character
/// with it. False: it is not there.
bool take_enclosed(std::string_view& rest, char open, char close, std::string_view& inside) {
  if (rest.empty() || rest.front() != open) return false;
  for (std::size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] == '\\') {
      ++at;
    } else if (rest[at] == close) {
      inside = rest.substr(1, at - 1);
      rest.remove_prefix(at + 1);
      if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
      return true;
    }
  }
  return false;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

tl::unexpected<Error> wrong(std::string_view what) {
  return fail(ErrorCode::kInvalid, std::string(what));
}

}  // namespace

Result<AccessLogLine> AccessLogTextParser::parse(std::string_view text) {
  AccessLogLine line;
  std::string_view rest = text;
  line.client = take_word(rest);
  take_word(rest);  // RFC 1413 identity: nobody has one
  const std::string_view user = take_word(rest);
  if (key_field_ == "user" && user != "-") line.key = user;

  std::string_view inside;
  if (!take_enclosed(rest, '[', ']', inside)) return wrong("there is no [time]");
  const auto at = parse_common_log_time(inside);
  if (!at) return wrong("the time is not like 01/Aug/1995:00:00:01 -0400");
  line.at = *at;
  if (!take_enclosed(rest, '"', '"', inside)) return wrong("there is no \"request\"");
  take_request(inside, line);
  if (!read_number(take_word(rest), line.status) || line.status < 100 || line.status > 999) {
    return wrong("the status is not a number from 100 to 999");
  }
  const std::string_view bytes = take_word(rest);
  if (bytes != "-" && !read_number(bytes, line.bytes_out)) return wrong("the size is neither a number nor -");
  if (combined_) {
    if (!take_enclosed(rest, '"', '"', inside))
      return wrong("there is no \"referer\" (is it --format common?)");
    if (!take_enclosed(rest, '"', '"', inside)) return wrong("there is no \"user agent\"");
  }
  if (!take_extras(rest, line)) return wrong("a field behind the usual ones is not closed");
  return line;
}

bool AccessLogTextParser::take_extras(std::string_view rest, AccessLogLine& line) const {
  while (!rest.empty()) {
    std::string_view value;
    if (rest.front() == '"') {
      if (!take_enclosed(rest, '"', '"', value)) return false;
      continue;
    }
    const auto name_end = rest.find_first_of("= ");
    std::string_view name;
    if (name_end != std::string_view::npos && rest[name_end] == '=') {
      name = rest.substr(0, name_end);
      rest.remove_prefix(name_end + 1);
      if (!rest.empty() && rest.front() == '"') {
        if (!take_enclosed(rest, '"', '"', value)) return false;
      } else {
        value = take_word(rest);
      }
    } else {
      value = take_word(rest);
    }
    if (name.empty() || name == "rt" || name == "request_time") {
      if (const auto time = parse_log_duration(value)) line.response_time = *time;
    } else if (name == "urt" || name == "upstream_response_time") {
      if (const auto time = parse_log_duration(value)) line.upstream_time = *time;
    }
    if (!key_field_.empty() && name == key_field_ && value != "-") line.key = value;
  }
  return true;
}

}  // namespace weir
