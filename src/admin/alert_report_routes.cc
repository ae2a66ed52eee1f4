#include "admin/alert_report_routes.h"

#include "admin/alert_report_formats.h"
#include "admin/answers.h"
#include "admin/usage_params.h"
#include "alerts/alert_json.h"

namespace weir {
namespace {

constexpr Seconds kRangeDefault = std::chrono::days(7);
constexpr std::size_t kPage = 1000;
constexpr std::size_t kAlertsMax = 100'000;  // looked at: the newest

Result<AlertReport> make_report(AlertStore& store, const TimeRange& range) {
  std::vector<Alert> alerts;
  AlertFilter filter;
  filter.from = range.from;
  filter.to = range.to;
  filter.limit = kPage;
  bool is_cut = false;
  for (;;) {
    WEIR_TRY_ASSIGN(rows, store.list(filter));
    if (rows.empty()) break;
    filter.before = rows.back().id;
    for (const AlertRow& row : rows) {
      WEIR_TRY_ASSIGN(entry, from_row(row));
      entry.alert.numbers.series = {};
      alerts.push_back(std::move(entry.alert));
    }
    if (rows.size() < kPage) break;
    is_cut = alerts.size() >= kAlertsMax;
    if (is_cut) break;
  }
  AlertReport report = make_alert_report(alerts, range.from, range.to);
  report.is_cut = is_cut;
  return report;
}

Result<net::ServiceResponse> answer(AlertStore& store, const AlertNames& names, Call& call, UtcTime now) {
  const TimeRange range = read_time_range(call.query, now, kRangeDefault);
  const std::string format = call.query.text("format", 64).value_or("json");
  if (format != "json" && format != "csv" && format != "html")
    call.query.problem("format", "must be one of json, csv, html, but is '" + format + "'");
  WEIR_TRY(call.query.result());
  WEIR_TRY_ASSIGN(report, make_report(store, range));
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
