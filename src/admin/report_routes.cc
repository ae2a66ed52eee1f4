#include "admin/report_routes.h"

#include "admin/answers.h"
#include "admin/report_formats.h"
#include "admin/usage_params.h"

namespace weir {
namespace {

constexpr Seconds kRangeDefault = std::chrono::days(7);

Result<net::ServiceResponse> answer(UsageQueries& queries, KeyStore& keys, Call& call, UtcTime now) {
  const auto range = read_time_range(call.query, now, kRangeDefault);
  const auto format = call.query.text("format", 64).value_or("json");
  if (format != "json" && format != "csv" && format != "html")
    call.query.problem("format", "must be one of json, csv, html, but is '" + format + "'");
  WEIR_TRY(call.query.result());
  WEIR_TRY_ASSIGN(report, make_usage_report(queries, keys, range, now));
  if (format == "html") return file_answer("text/html; charset=utf-8", report_html(report));
  if (format == "csv") return file_answer("text/csv; charset=utf-8", report_csv(report));
  return json_answer(200, report_json(report));
}

}  // namespace

void add_report_routes(Router& router, UsageQueries& queries, KeyStore& keys, const Clock& clock) {
  router.add({"GET", "/api/v1/report", Access::kViewer, BodyRule::kNone, true,
              [&queries, &keys, &clock](Call& call) { return answer(queries, keys, call, clock.utc()); }});
}

}  // namespace weir
