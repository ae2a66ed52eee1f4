#include "app/import_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/suggest.h"
#include "base/joined.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kLineMax = 64U << 10;
constexpr std::size_t kRecordLinesMax =
    100;  // a quoted cell may hold newlines, a forgotten quote the whole file

const std::vector<std::string> kColumns = {"key",         "name",       "user", "user_id",
                                           "description", "expires_at", "plan", "is_active"};

/// Numbers and flags as JSON has them; every other column is a text.
json::value convert(std::string_view column, const std::string& cell) {
  if (column == "user_id") {
    std::uint64_t id = 0;
    const auto [end, failure] = std::from_chars(cell.data(), cell.data() + cell.size(), id);
    if (failure == std::errc{} && end == cell.data() + cell.size()) return id;
  }
  if (column == "is_active") {
    if (cell == "true" || cell == "1" || cell == "yes") return true;
    if (cell == "false" || cell == "0" || cell == "no") return false;
  }
  return json::string(cell);
}

}  // namespace

ImportFormat detect_import_format(std::string_view beginning) {
  const auto first = beginning.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return first != std::string_view::npos && beginning[first] == '{' ? ImportFormat::kNdjson
                                                                    : ImportFormat::kCsv;
}

tl::unexpected<Error> ImportReader::problem(std::string_view sentence) const {
  return fail(ErrorCode::kInvalid, fmt::format("{}:{}: {}", name_, record_line_, sentence));
}

bool ImportReader::read_line(std::string& line) {
  line.clear();
  std::array<char, 4096> part;
  for (;;) {
    input_.getline(part.data(), part.size());
    const auto got = static_cast<std::size_t>(input_.gcount());
    bytes_ += got;
    const bool cut = input_.fail() && got == part.size() - 1;  // the line goes on
    line.append(part.data(), cut || input_.eof() ? got : got - std::min<std::size_t>(got, 1));
    if (!cut) break;
    input_.clear();
    if (line.size() > kLineMax) break;  // too long anyway: the caller says so
  }
  if (line.empty() && input_.fail()) return false;
  ++line_;
  if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

Result<bool> ImportReader::read_csv_record(std::vector<std::string>& cells) {
  std::string line;
  do {
    if (!read_line(line)) return false;
  } while (line.empty());
  record_line_ = line_;
  cells.assign(1, "");
  bool quoted = false;
  for (std::size_t lines = 1;; ++lines) {
    if (line.size() > kLineMax) return problem(fmt::format("the line is longer than {} bytes", kLineMax));
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"') {
        cells.back() += line[i++];
      } else if (line[i] == '"' && (quoted || cells.back().empty())) {
        quoted = !quoted;
      } else if (line[i] == ',' && !quoted) {
        cells.emplace_back();
      } else {
        cells.back() += line[i];
      }
    }
    if (!quoted) return true;
    if (lines == kRecordLinesMax || !read_line(line)) return problem("a quote is opened and never closed");
    cells.back() += '\n';
  }
}

Result<void> ImportReader::read_csv_header() {
  WEIR_TRY_ASSIGN(found, read_csv_record(columns_));
  if (!found) {
    record_line_ = 1;
    return problem("the file is empty: it begins with a line of column names, as key,name,user");
  }
  for (auto& column : columns_) {
    column.erase(0, column.find_first_not_of(' '));
    column.erase(column.find_last_not_of(' ') + 1);
    if (std::find(kColumns.begin(), kColumns.end(), column) == kColumns.end()) {
      // The text itself may be a key, of a file without header: it is not repeated.
      const std::string near = nearest_word(column, kColumns);
      return problem(fmt::format("the first line must name columns ({}){}", joined(kColumns, ", "),
                                 near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    }
    if (std::count(columns_.begin(), columns_.end(), column) > 1) {
      return problem(fmt::format("the column {} is there twice", column));
    }
  }
  if (std::find(columns_.begin(), columns_.end(), "key") == columns_.end())
    return problem("there is no column key");
  return {};
}

Result<bool> ImportReader::next_csv(json::object& out) {
  if (columns_.empty()) WEIR_TRY(read_csv_header());
  std::vector<std::string> cells;
  WEIR_TRY_ASSIGN(found, read_csv_record(cells));
  if (!found) return false;
  if (cells.size() != columns_.size()) {
    return problem(
        fmt::format("{} cells, where the first line names {} columns", cells.size(), columns_.size()));
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].empty()) out[columns_[i]] = convert(columns_[i], cells[i]);
  }
  return true;
}

Result<bool> ImportReader::next_ndjson(json::object& out) {
  std::string line;
  do {
    if (!read_line(line)) return false;
  } while (line.find_first_not_of(" \t") == std::string::npos);
  record_line_ = line_;
  if (line.size() > kLineMax) return problem(fmt::format("the line is longer than {} bytes", kLineMax));
  json::error_code failure;
  json::value value = json::parse(line, failure);
  if (failure || !value.is_object()) return problem("is not one JSON object");
  out = std::move(value.as_object());
  return true;
}

Result<json::array> ImportReader::next(std::size_t max) {
  json::array batch;
  batch_lines_.clear();
  while (batch.size() < max) {
    json::object item;
    WEIR_TRY_ASSIGN(found, format_ == ImportFormat::kCsv ? next_csv(item) : next_ndjson(item));
    if (!found) break;
    if (!item.contains("key")) return problem("there is no key");
    batch.push_back(std::move(item));
    batch_lines_.push_back(record_line_);
  }
  return batch;
}

std::string ImportReader::with_line(const std::string& sentence) const {
  constexpr std::string_view kPrefix = "items[";
  if (!sentence.starts_with(kPrefix)) return sentence;
  std::size_t index = 0;
  const char* const end = sentence.data() + sentence.size();
  const auto [rest, failure] = std::from_chars(sentence.data() + kPrefix.size(), end, index);
  if (failure != std::errc{} || rest == end || *rest != ']' || index >= batch_lines_.size()) return sentence;
  std::string_view said(rest + 1, static_cast<std::size_t>(end - rest - 1));
  if (said.starts_with('.')) said.remove_prefix(1);
  return fmt::format("{}:{}: {}", name_, batch_lines_[index], said);
}

}  // namespace weir
