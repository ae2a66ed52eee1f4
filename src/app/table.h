// Tables for people: aligned columns that fit the terminal. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
  std::size_t width_min = 0;  // may be cut to this when the table does not fit; 0: never cut
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column. Control characters are shown as '?': no name stored in weir drives a terminal.
  void add(std::vector<std::string> cells);

  /// Lines with a newline each, titles first. `width`: columns of the terminal; 0: as wide as it takes.
  [[nodiscard]] std::string render(std::size_t width) const;

 private:
  [[nodiscard]] std::vector<std::size_t> fit(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Characters a UTF-8 text takes on the screen, wide ones counted as one.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` with control characters shown as '?', at most `width` characters, the last an ellipsis when cut.
[[nodiscard]] std::string printable(std::string_view text, std::size_t width = std::string::npos);

}  // namespace weir
