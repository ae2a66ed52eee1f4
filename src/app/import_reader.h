// Reads the keys of `weir keys import`: CSV (RFC 4180, with a header line) or NDJSON, a batch at a time. Pure
// but for the stream.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/result.h"

namespace weir {

enum class ImportFormat { kCsv, kNdjson };

/// By the first character that is no space: '{' begins NDJSON.
[[nodiscard]] ImportFormat detect_import_format(std::string_view beginning);

/// One stream of keys. Not thread-safe.
class ImportReader {
 public:
  /// `input` outlives it; `name` is what errors call it.
  ImportReader(std::istream& input, std::string name, ImportFormat format)
      : input_(input), name_(std::move(name)), format_(format) {}

  /// The next `max` keys as the API's import takes them, fewer at the end, none after it. kInvalid names the
  /// line, never the key.
  [[nodiscard]] Result<boost::json::array> next(std::size_t max);

  /// Bytes read so far, for progress.
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_; }
  /// A server's sentence on the last batch, "items[3].plan: …", with the line in place of the index.
  [[nodiscard]] std::string with_line(const std::string& sentence) const;

 private:
  [[nodiscard]] Result<bool> next_csv(boost::json::object& out);
  [[nodiscard]] Result<bool> next_ndjson(boost::json::object& out);
  [[nodiscard]] Result<bool> read_csv_record(std::vector<std::string>& cells);
  [[nodiscard]] Result<void> read_csv_header();
  [[nodiscard]] bool read_line(std::string& line);
  [[nodiscard]] tl::unexpected<Error> problem(std::string_view sentence) const;

  std::istream& input_;
  std::string name_;
  ImportFormat format_;
  std::vector<std::string> columns_;  // of the CSV header
  std::uint64_t bytes_ = 0;
  std::uint64_t line_ = 0;                  // read so far
  std::uint64_t record_line_ = 0;           // where the current record began
  std::vector<std::uint64_t> batch_lines_;  // of the last batch's keys
};

}  // namespace weir
