// What one run of `weir usage import` read, as it is told in the end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.h"

namespace weir {

/// Counts are of lines.
struct ImportTotals {
  static constexpr std::size_t kProblemsShown = 5;

  std::uint64_t calls = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t without_key = 0;
  std::uint64_t unknown_keys = 0;
  std::uint64_t not_kept = 0;          // of the calls: older than the call log keeps
  std::vector<std::string> problems;   // the first of the unreadable lines
  std::uint64_t resumed_at = 0;        // byte of the file where this run began
  std::uint64_t unfinished_bytes = 0;  // of a last line without line feed, which waits

  /// Adds what the server says a piece had. kInternal: its answer has another shape.
  [[nodiscard]] Result<void> add(const boost::json::object& answer);
  /// `import_id`: 0 where none was begun.
  [[nodiscard]] boost::json::object to_json(std::uint64_t import_id) const;
  /// Sentences, a line each.
  [[nodiscard]] std::string to_text() const;
};

/// An answer of the server as the object it should be. kInternal: it is none.
[[nodiscard]] Result<boost::json::object> object_of(const boost::json::value& value);

}  // namespace weir
