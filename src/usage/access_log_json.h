// Access logs of one JSON object a line.
#pragma once

#include <array>
#include <string>
#include <vector>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/stream_parser.hpp>

#include "usage/access_log.h"

namespace weir {

class AccessLogJsonParser final : public AccessLogParser {
 public:
  explicit AccessLogJsonParser(const AccessLogOptions& options);

  Result<AccessLogLine> parse(std::string_view line) override;

 private:
  /// A name's parts: {"request", "uri"} is what "request.uri" looks up.
  using Path = std::vector<std::string>;

  static Path split(std::string_view name);
  [[nodiscard]] static const boost::json::value* find(const boost::json::object& object, const Path& path);
  [[nodiscard]] const boost::json::value* find(const boost::json::object& object, AccessLogField field) const;
  [[nodiscard]] Result<AccessLogLine> read(const boost::json::object& object);
  void take_own(const boost::json::object& object, AccessLogLine& line) const;
  void take_key(const boost::json::object& object, AccessLogLine& line);

  std::array<std::vector<Path>, kAccessLogFields> names_;  // the first that is there counts
  Path key_path_;
  std::string key_text_;
  std::array<unsigned char, 16384> memory_;
  boost::json::monotonic_resource resource_;
  boost::json::value root_;
};

}  // namespace weir
