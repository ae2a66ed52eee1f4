#include "admin/alert_report_reader.h"

#include "alerts/alert_json.h"

namespace weir {
namespace {

constexpr std::size_t kPage = 1000;
constexpr std::size_t kAlertsMax = 100'000;  // looked at: the newest

}  // namespace

Result<AlertReport> read_alert_report(AlertStore& store, const TimeRange& range) {
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

}  // namespace weir
