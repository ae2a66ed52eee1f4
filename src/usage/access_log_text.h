// The Common and Combined Log Formats, and what servers are told to put behind them.
#pragma once

#include <string>

#include "usage/access_log.h"

namespace weir {

/// The path of a request target without query and fragment; an absolute URL loses scheme and host.
[[nodiscard]] std::string_view path_of_target(std::string_view target);

/// Splits "GET /path?query HTTP/1.1" into method and path; leaves both empty when it is no request line.
void take_request(std::string_view request, AccessLogLine& line);

class AccessLogTextParser final : public AccessLogParser {
 public:
  explicit AccessLogTextParser(const AccessLogOptions& options)
      : combined_(options.format == AccessLogFormat::kCombined), key_field_(options.key_field) {}

  Result<AccessLogLine> parse(std::string_view line) override;

 private:
  [[nodiscard]] bool take_extras(std::string_view rest, AccessLogLine& line) const;

  const bool combined_;
  const std::string key_field_;
};

}  // namespace weir
