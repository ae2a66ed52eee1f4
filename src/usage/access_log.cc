#include "usage/access_log.h"

#include <array>

#include <fmt/format.h>

#include "usage/access_log_json.h"
#include "usage/access_log_text.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, kAccessLogFields> kFieldNames = {
    "time", "method", "uri", "status", "bytes", "duration", "upstream_time", "client"};

}  // namespace

Result<AccessLogFormat> parse_access_log_format(std::string_view name) {
  for (const auto format : {AccessLogFormat::kCommon, AccessLogFormat::kCombined, AccessLogFormat::kJson}) {
    if (to_string(format) == name) return format;
  }
  return fail(ErrorCode::kInvalid, fmt::format("must be common, combined or json, but is '{}'", name));
}

std::string_view to_string(AccessLogFormat format) {
  switch (format) {
    case AccessLogFormat::kCommon:
      return "common";
    case AccessLogFormat::kCombined:
      return "combined";
    case AccessLogFormat::kJson:
      return "json";
  }
  return "";
}

std::optional<AccessLogField> parse_access_log_field(std::string_view name) {
  for (std::size_t i = 0; i < kFieldNames.size(); ++i) {
    if (kFieldNames[i] == name) return static_cast<AccessLogField>(i);
  }
  return std::nullopt;
}

std::string_view to_string(AccessLogField field) {
  return kFieldNames[static_cast<std::size_t>(field)];
}

std::unique_ptr<AccessLogParser> make_access_log_parser(const AccessLogOptions& options) {
  if (options.format == AccessLogFormat::kJson) return std::make_unique<AccessLogJsonParser>(options);
  return std::make_unique<AccessLogTextParser>(options);
}

std::string_view path_of_target(std::string_view target) {
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const auto path = target.find_first_of("/?#", scheme + 3);
    if (path == std::string_view::npos) return "/";
    target.remove_prefix(path);
  }
  return target.substr(0, target.find_first_of("?#"));
}

void take_request(std::string_view request, AccessLogLine& line) {
  const auto method_end = request.find(' ');
  if (method_end == std::string_view::npos) return;  // "-", or bytes that were no request
  std::string_view target = request.substr(method_end + 1);
  // The version is missing in HTTP/0.9; a target may have blanks that should not be there.
  if (const auto version = target.rfind(" HTTP/"); version != std::string_view::npos)
    target = target.substr(0, version);
  line.method = request.substr(0, method_end);
  line.path = path_of_target(target);
}

}  // namespace weir
