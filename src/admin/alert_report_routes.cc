#include "admin/alert_report_routes.h"

#include "admin/alert_report_formats.h"
#include "admin/alert_report_reader.h"
#include "admin/answers.h"
#include "admin/usage_params.h"

namespace weir {
namespace {

constexpr Seconds kRangeDefault = std::chrono::days(7);
Result<net::ServiceResponse> answer(AlertStore& store, const AlertNames& names, Call& call, UtcTime now) {
  const TimeRange range = read_time_range(call.query, now, kRangeDefault);
  const std::string format = call.query.text("format", 64).value_or("json");
  if (format != "json" && format != "csv" && format != "html")
    call.query.problem("format", "must be one of json, csv, html, but is '" + format + "'");
  WEIR_TRY(call.query.result());
  WEIR_TRY_ASSIGN(report, read_alert_report(store, range));
  if (format == "html") return file_answer("text/html; charset=utf-8", alert_report_html(report, names, now));
  if (format == "csv") return file_answer("text/csv; charset=utf-8", alert_report_csv(report, names));
  return json_answer(200, alert_report_json(report, names));
}

}  // namespace

void add_alert_report_routes(Router& router, AlertStore& store, AlertNames names, const Clock& clock) {
  router.add({"GET", "/api/v1/alerts/report", Access::kViewer, BodyRule::kNone, true,
              [&store, names = std::move(names), &clock](Call& call) {
                return answer(store, names, call, clock.utc());
              }});
}

}  // namespace weir
