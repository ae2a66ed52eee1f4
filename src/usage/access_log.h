// Lines of access logs as other servers write them, read into the fields of a call: history from before weir.
//
// Pure; any bytes are safe. One parser is for one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/outcome.h"

namespace weir {

/// kCommon: the Common Log Format of NCSA httpd. kCombined: the same with referer and user agent, as nginx
/// and Apache write it. Both may go on with `name=value` or `name="value"` fields and with one bare number,
/// the response time in seconds. kJson: one object a line, as Caddy writes it or nginx is told to.
enum class AccessLogFormat : std::uint8_t { kCommon, kCombined, kJson };

/// "common", "combined", "json". kInvalid names the text.
[[nodiscard]] Result<AccessLogFormat> parse_access_log_format(std::string_view name);
[[nodiscard]] std::string_view to_string(AccessLogFormat format);

/// What one line says of a call. The views point into the line or into the parser: valid until its next call.
struct AccessLogLine {
  UtcTime at{};
  std::string_view method;  // "" when the server could not read the request
  std::string_view path;    // without query; "" likewise
  std::string_view client;  // address or host name, as written
  std::string_view key;     // value of the key field; "" when there is none
  std::uint16_t status = 0;
  std::uint64_t bytes_out = 0;
  Micros response_time{};  // 0: not in the log; what is in it is at least 1
  Micros upstream_time{};  // 0: not in the log
  // What weir's own export tells; other logs seldom do.
  std::uint64_t bytes_in = 0;
  Outcome outcome = Outcome::kForwarded;
  std::string_view refused_window;  // its name; "" for none
  bool shadow_limited = false;
  std::string_view request_id;  // as written; "" for none
};

/// What a field of AccessLogLine is called in a JSON log, where it is not one of the usual names.
enum class AccessLogField : std::uint8_t {
  kTime,
  kMethod,
  kUri,
  kStatus,
  kBytes,
  kDuration,
  kUpstreamTime,
  kClient
};
inline constexpr std::size_t kAccessLogFields = 8;

/// "time", "method", "uri", "status", "bytes", "duration", "upstream_time", "client".
[[nodiscard]] std::optional<AccessLogField> parse_access_log_field(std::string_view name);

[[nodiscard]] std::string_view to_string(AccessLogField field);

struct AccessLogOptions {
  AccessLogFormat format = AccessLogFormat::kCombined;
  /// Where the key stands: "user" (third field of text formats), a `name=value` field behind a text line, or
  /// a name in JSON, dots for objects inside ("request.headers.X-Api-Key"). "": nowhere.
  std::string key_field;
  /// JSON only: own names, dots likewise.
  std::map<AccessLogField, std::string> names;
};

class AccessLogParser {
 public:
  virtual ~AccessLogParser() = default;
  /// kInvalid: what the line lacks or has wrong, in a few words, without the line.
  [[nodiscard]] virtual Result<AccessLogLine> parse(std::string_view line) = 0;
};

/// Longest line that is read; a longer one is not a line of an access log.
inline constexpr std::size_t kAccessLogLineMax = 64U << 10;

[[nodiscard]] std::unique_ptr<AccessLogParser> make_access_log_parser(const AccessLogOptions& options);

}  // namespace weir
