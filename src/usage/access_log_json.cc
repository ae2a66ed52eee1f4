#include "usage/access_log_json.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "usage/access_log_text.h"
#include "usage/access_log_time.h"

namespace weir {
namespace {

namespace json = boost::json;

/// What common servers, and weir's own export, call the fields. In order of AccessLogField.
const std::array<std::vector<std::string_view>, kAccessLogFields> kUsualNames = {{
    {"ts", "time", "timestamp", "@timestamp", "time_iso8601", "msec", "time_local", "created_at"},
    {"method", "request_method", "request.method"},
    {"uri", "request_uri", "path", "url", "request.uri"},
    {"status", "status_code"},
    {"size", "bytes", "bytes_sent", "body_bytes_sent", "bytes_out"},
    {"duration", "request_time", "response_time"},
    {"upstream_response_time", "upstream_time"},
    {"remote_addr", "remote_ip", "client_ip", "request.client_ip", "request.remote_ip", "client", "source"},
}};

tl::unexpected<Error> wrong(std::string_view what) {
  return fail(ErrorCode::kInvalid, std::string(what));
}

std::string_view text_of(const json::value* value) {
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

/// A number, or a text that is one: nginx writes both, as its format has quotes or not.
std::optional<double> number_of(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  const auto duration = parse_log_duration(text_of(value));
  return duration ? std::optional<double>(in_seconds(*duration)) : std::nullopt;
}

std::optional<std::uint64_t> count_of(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_int64() && value->get_int64() >= 0) return static_cast<std::uint64_t>(value->get_int64());
  if (value->is_uint64()) return value->get_uint64();
  const std::string_view text = text_of(value);
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

std::optional<UtcTime> time_of(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return log_time_of(value->to_number<double>());
  return parse_any_log_time(text_of(value));
}

}  // namespace

AccessLogJsonParser::AccessLogJsonParser(const AccessLogOptions& options)
    : resource_(memory_.data(), memory_.size()) {
  for (std::size_t field = 0; field < kAccessLogFields; ++field) {
    const auto own = options.names.find(static_cast<AccessLogField>(field));
    if (own != options.names.end()) {
      names_[field].push_back(split(own->second));
      continue;
    }
    for (const std::string_view name : kUsualNames[field]) names_[field].push_back(split(name));
  }
  if (!options.key_field.empty()) key_path_ = split(options.key_field);
}

AccessLogJsonParser::Path AccessLogJsonParser::split(std::string_view name) {
  Path path;
  for (;;) {
    const auto dot = name.find('.');
    path.emplace_back(name.substr(0, dot));
    if (dot == std::string_view::npos) return path;
    name.remove_prefix(dot + 1);
  }
}

const json::value* AccessLogJsonParser::find(const json::object& object, const Path& path) {
  const json::object* in = &object;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const json::value* inner = in->if_contains(path[i]);
    if (inner == nullptr || !inner->is_object()) return nullptr;
    in = &inner->get_object();
  }
  return in->if_contains(path.back());
}

const json::value* AccessLogJsonParser::find(const json::object& object, AccessLogField field) const {
  for (const Path& path : names_[static_cast<std::size_t>(field)]) {
    if (const json::value* value = find(object, path)) return value;
  }
  return nullptr;
}

Result<AccessLogLine> AccessLogJsonParser::parse(std::string_view line) {
  root_ = nullptr;  // its memory goes before the resource takes it back
  resource_.release();
  json::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  root_ = json::parse(json::string_view(line.data(), line.size()), error, &resource_, options);
  if (error) return wrong("it is not JSON");
  if (!root_.is_object()) return wrong("it is not a JSON object");
  return read(root_.get_object());
}

Result<AccessLogLine> AccessLogJsonParser::read(const json::object& object) {
  AccessLogLine line;
  const auto at = time_of(find(object, AccessLogField::kTime));
  if (!at) return wrong("there is no time (--field time=NAME)");
  line.at = *at;
  const auto status = count_of(find(object, AccessLogField::kStatus));
  if (!status || *status < 100 || *status > 999) {
    return wrong("there is no status from 100 to 999 (--field status=NAME)");
  }
  line.status = static_cast<std::uint16_t>(*status);
  line.method = text_of(find(object, AccessLogField::kMethod));
  const json::value* uri = find(object, AccessLogField::kUri);
  const json::value* request = object.if_contains("request");
  line.path = path_of_target(text_of(uri));
  if (line.path.empty()) take_request(text_of(request), line);
  // One that is there and empty is of a request the server could not read.
  const bool told = (uri != nullptr && uri->is_string()) || (request != nullptr && request->is_string());
  if (!told) return wrong("there is no path (--field uri=NAME)");
  line.bytes_out = count_of(find(object, AccessLogField::kBytes)).value_or(0);
  if (const auto seconds = number_of(find(object, AccessLogField::kDuration))) {
    line.response_time = log_duration_of(*seconds).value_or(Micros{});
  }
  if (const auto seconds = number_of(find(object, AccessLogField::kUpstreamTime))) {
    line.upstream_time = log_duration_of(*seconds).value_or(Micros{});
  }
  line.client = text_of(find(object, AccessLogField::kClient));
  take_own(object, line);
  if (!key_path_.empty()) take_key(object, line);
  return line;
}

void AccessLogJsonParser::take_own(const json::object& object, AccessLogLine& line) const {
  const json::value* bytes = object.if_contains("bytes_in");
  if (bytes == nullptr) bytes = object.if_contains("bytes_read");  // Caddy's
  line.bytes_in = count_of(bytes).value_or(0);
  line.request_id = text_of(object.if_contains("request_id"));
  const auto outcome = parse_outcome(text_of(object.if_contains("outcome")));
  if (!outcome) return;
  line.outcome = *outcome;
  line.refused_window = text_of(object.if_contains("refused_window"));
  const json::value* shadow = object.if_contains("shadow_limited");
  line.shadow_limited = shadow != nullptr && shadow->is_bool() && shadow->get_bool();
  // There a time of 0 is none.
  const auto is_zero = [](const json::value* time) {
    return time != nullptr && time->is_number() && time->to_number<double>() == 0;
  };
  if (is_zero(object.if_contains("response_time"))) line.response_time = Micros{};
  if (is_zero(object.if_contains("upstream_time"))) line.upstream_time = Micros{};
}

void AccessLogJsonParser::take_key(const json::object& object, AccessLogLine& line) {
  const json::value* value = find(object, key_path_);
  // Caddy's headers are lists of values.
  if (value != nullptr && value->is_array() && !value->get_array().empty())
    value = &value->get_array().front();
  if (const auto number = count_of(value); number && value->is_number()) {
    key_text_ = std::to_string(*number);
    line.key = key_text_;
    return;
  }
  line.key = text_of(value);
  if (line.key == "-") line.key = {};
}

}  // namespace weir
