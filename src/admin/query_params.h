// A request's query: decoded, typed, strict. Every wrong parameter is named with its bound and its value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

/// A getter answers nothing for a parameter that is not there, and for one that is wrong: `result` then has
/// the first problem. Not thread-safe.
class QueryParams {
 public:
  QueryParams() = default;
  /// `query`: after the "?", as sent. "+" is a blank. A wrong percent-escape or a parameter given twice is a
  /// problem.
  [[nodiscard]] static QueryParams parse(std::string_view query);

  [[nodiscard]] std::optional<std::string> text(std::string_view name, std::size_t max);
  [[nodiscard]] std::optional<std::uint64_t> integer(std::string_view name, std::uint64_t min,
                                                     std::uint64_t max);
  /// Seconds with up to six decimals, from 0: "0.25".
  [[nodiscard]] std::optional<Micros> seconds(std::string_view name, Seconds max);
  [[nodiscard]] std::optional<bool> flag(std::string_view name);  // "true", "false"
  /// RFC 3339, or "now", or so long before it: "-24h", "-7d" (base/quantity.h).
  [[nodiscard]] std::optional<UtcTime> moment(std::string_view name, UtcTime now);

  void problem(std::string_view name, std::string_view sentence);
  /// kInvalid: the first problem, or a parameter nobody asked for. Once, after all getters.
  [[nodiscard]] Result<void> result();

 private:
  [[nodiscard]] const std::string* find(std::string_view name);

  std::vector<std::pair<std::string, std::string>> values_;
  std::vector<std::string> asked_;
  std::optional<std::string> problem_;
};

/// Undoes percent-escapes (RFC 3986, 2.1) and "+"; nothing when an escape is broken or the text is not UTF-8.
[[nodiscard]] std::optional<std::string> decode_query_text(std::string_view text);

}  // namespace weir
