#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "admin/report_formats.h"
#include "admin/utf8.h"
#include "base/csv.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 20> kColumns = {
    "section",     "id",          "name",        "requests",    "errors",      "client_errors",
    "error_rate",  "limited",     "refused",     "bytes_in",    "bytes_out",   "mean_seconds",
    "p50_seconds", "p90_seconds", "p95_seconds", "p99_seconds", "max_seconds", "requests_before",
    "last_used",   "expires_at"};
using Row = std::array<std::string, kColumns.size()>;

/// Empty when no call was measured.
std::string seconds(const DurationSummary& times, Micros time) {
  if (times.count == 0) return "";
  return fmt::format("{:.6f}", in_seconds(time));
}

Row row_of(std::string_view section, std::uint64_t id, const std::string& name, const UsageTotals& totals) {
  const auto& times = totals.response_time;
  return {std::string(section),
          id == 0 ? "" : std::to_string(id),
          to_utf8(name),
          std::to_string(totals.requests),
          std::to_string(totals.errors),
          std::to_string(totals.client_errors),
          fmt::format("{:.6f}", totals.error_rate()),
          std::to_string(totals.limited),
          std::to_string(totals.refused),
          std::to_string(totals.bytes_in),
          std::to_string(totals.bytes_out),
          seconds(times, times.mean),
          seconds(times, times.p50),
          seconds(times, times.p90),
          seconds(times, times.p95),
          seconds(times, times.p99),
          seconds(times, times.max),
          "",
          "",
          ""};
}

void add_groups(std::string& out, std::string_view section, const UsageSummary& summary) {
  for (std::size_t i = 0; i < summary.groups.size(); ++i) {
    const auto& group = summary.groups[i];
    Row row = row_of(section, group.id, group.name, group.totals);
    if (i < summary.groups_before.size()) row[17] = std::to_string(summary.groups_before[i].requests);
    append_csv_line(out, row);
  }
}

void add_keys(std::string& out, std::string_view section, const ReportedKeys& keys) {
  for (const auto& key : keys.keys) {
    Row row;
    row[0] = section;
    row[1] = std::to_string(key.id.value());
    row[2] = to_utf8(key.name);
    if (key.last_used) row[18] = to_rfc3339(*key.last_used);
    if (key.expires_at) row[19] = to_rfc3339(*key.expires_at);
    append_csv_line(out, row);
  }
}

}  // namespace

std::string report_csv(const UsageReport& report) {
  std::string out;
  append_csv_line(out, kColumns);
  Row total =
      row_of("total", 0, to_rfc3339(report.totals.range.from) + "/" + to_rfc3339(report.totals.range.to),
             report.totals.total);
  if (report.totals.total_before) total[17] = std::to_string(report.totals.total_before->requests);
  append_csv_line(out, total);
  for (const auto& series : report.timeline.series) {
    for (std::size_t i = 0; i < series.points.size(); ++i)
      append_csv_line(out, row_of("timeline", 0, to_rfc3339(report.timeline.starts[i]), series.points[i]));
  }
  add_groups(out, "top_keys", report.keys);
  add_groups(out, "top_endpoints", report.endpoints);
  add_groups(out, "slowest_endpoints", report.slowest);
  add_groups(out, "error_statuses", report.statuses);
  add_groups(out, "failing_endpoints", report.failing);
  add_groups(out, "limited_keys", report.limited);
  add_groups(out, "outcomes", report.outcomes);
  add_keys(out, "unused_keys", report.unused);
  add_keys(out, "expiring_keys", report.expiring);
  return out;
}

}  // namespace weir
