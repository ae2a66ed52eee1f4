#include "admin/usage_routes.h"

#include <optional>

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/call_export.h"
#include "admin/call_filter.h"
#include "admin/call_json.h"
#include "admin/page_params.h"

namespace weir {
namespace {

/// Calls of one export; more than a disk holds.
constexpr std::uint64_t kExportMax = 1'000'000'000'000;

Result<net::ServiceResponse> list(CallLog& calls, Call& call, UtcTime now) {
  auto filter = read_call_filter(call.query, now);
  const auto page = read_page_params(call.query, CursorKind::kCalls);
  WEIR_TRY(call.query.result());
  filter.before_id = page.position;
  filter.limit = page.fetch();
  WEIR_TRY_ASSIGN(rows, calls.query(filter));
  const auto cursor = finish_page(rows, page, CursorKind::kCalls, [](const CallRow& row) { return row.id; });
  boost::json::array items;
  for (const auto& row : rows) items.push_back(to_json(row));
  return page_answer(std::move(items), cursor);
}

Result<net::ServiceResponse> export_calls(CallLog& calls, Call& call, UtcTime now) {
  std::optional<ExportFormat> format = ExportFormat::kCsv;
  if (const auto name = call.query.text("format", 16); name && !(format = parse_export_format(*name))) {
    call.query.problem("format", fmt::format("must be csv or ndjson, but is '{}'", *name));
  }
  const auto filter = read_call_filter(call.query, now);
  const auto most = call.query.integer("limit", 1, kExportMax).value_or(kExportMax);
  WEIR_TRY(call.query.result());
  const bool csv = format == ExportFormat::kCsv;
  return net::ServiceResponse{
      .status = 200,
      .headers = {{"Content-Type", csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson"},
                  {"Content-Disposition",
                   csv ? "attachment; filename=\"calls.csv\"" : "attachment; filename=\"calls.ndjson\""},
                  {"Cache-Control", "no-store"},
                  {"X-Content-Type-Options", "nosniff"}},
      .body = {},
      .source = std::make_shared<CallExport>(calls, filter, *format, most)};
}

}  // namespace

void add_usage_routes(Router& router, CallLog& calls, const Clock& clock) {
  router.add({"GET", "/api/v1/usage", Access::kViewer, BodyRule::kNone, true,
              [&](Call& call) { return list(calls, call, clock.utc()); }});
  router.add({"GET", "/api/v1/usage/export", Access::kViewer, BodyRule::kNone, true,
              [&](Call& call) { return export_calls(calls, call, clock.utc()); }});
}

}  // namespace weir
