#include "admin/call_export.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "admin/call_json.h"
#include "admin/json_text.h"
#include "base/csv.h"

namespace weir {
namespace {

constexpr std::uint64_t kPage = 1000;  // the most the log gives at once

/// As in JSON; null is an empty cell, texts are without quotes.
std::string cell_of(const boost::json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return std::string(value.get_string());
  return to_json_text(value);
}

void append_line(std::string& out, const boost::json::object& call, ExportFormat format) {
  if (format == ExportFormat::kNdjson) {
    out += to_json_text(call);
    out += '\n';
    return;
  }
  std::vector<std::string> cells;
  cells.reserve(call.size());
  for (const auto& field : call) cells.push_back(cell_of(field.value()));
  append_csv_line(out, cells);
}

void append_header(std::string& out) {
  std::vector<std::string> names;
  for (const auto& field : to_json(CallRow{})) names.emplace_back(field.key());
  append_csv_line(out, names);
}

}  // namespace

std::optional<ExportFormat> parse_export_format(std::string_view name) {
  if (name == "csv") return ExportFormat::kCsv;
  if (name == "ndjson") return ExportFormat::kNdjson;
  return std::nullopt;
}

CallExport::CallExport(CallLog& calls, CallFilter filter, ExportFormat format, std::uint64_t most)
    : calls_(calls), filter_(std::move(filter)), format_(format), left_(most) {
  filter_.before_id = 0;
}

Result<net::BodySource::Piece> CallExport::next() {
  Piece piece;
  if (!std::exchange(begun_, true) && format_ == ExportFormat::kCsv) append_header(piece.data);
  filter_.limit = static_cast<std::size_t>(std::min(left_, kPage));
  WEIR_TRY_ASSIGN(rows, calls_.query(filter_));
  for (const CallRow& row : rows) append_line(piece.data, to_json(row), format_);
  left_ -= rows.size();
  piece.last = rows.size() < filter_.limit || left_ == 0;
  if (!rows.empty()) filter_.before_id = rows.back().id;
  return piece;
}

}  // namespace weir
