#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "admin/html_text.h"
#include "admin/report_formats.h"
#include "admin/report_style.h"
#include "admin/svg_plot.h"
#include "base/human_number.h"

namespace weir {
namespace {

constexpr std::string_view kBlue = "#3b6fb6";
constexpr std::string_view kRed = "#c8412f";
constexpr std::string_view kAmber = "#d99a1c";
constexpr std::string_view kGray = "#9aa5b1";

std::string percent(double part) {
  return fmt::format("{:.{}f} %", part * 100, part > 0 && part < 0.1 ? 2 : 1);
}

std::string took(Micros time) {
  return human_seconds(in_seconds(time));
}

std::string day_and_time(UtcTime time) {
  std::string text = to_rfc3339(time).substr(0, 16);
  text[10] = ' ';
  return text;
}

/// "+25 %", "new": how much more than before.
std::string change(double now, double before) {
  if (!(before > 0)) return now > 0 ? "new" : "";
  const double part = (now - before) / before;
  if (part > 9.995) return fmt::format("×{:.0f}", now / before);
  return fmt::format("{:+.0f} %", part * 100);
}

void add_tile(std::string& out, std::string_view name, const std::string& value, const std::string& trend) {
  out += fmt::format(R"(<div class="tile"><span>{}</span><b>{}</b><i>{}</i></div>)", name, html_text(value),
                     html_text(trend));
}

void add_tiles(std::string& out, const UsageReport& report) {
  const auto& now = report.totals.total;
  const auto& before = report.totals.total_before;
  const auto trend = [&](auto value) {
    if (!before) return std::string();
    const std::string text = change(value(now), value(*before));
    return text.empty() ? std::string("as before") : text == "new" ? text : text + " on before";
  };
  const auto whole = [](std::uint64_t number) { return static_cast<double>(number); };
  out += R"(<section class="tiles">)";
  add_tile(out, "Requests", grouped(now.requests), trend([&](const auto& t) { return whole(t.requests); }));
  add_tile(out, "Errors (5xx)", grouped(now.errors), trend([&](const auto& t) { return whole(t.errors); }));
  add_tile(out, "Error rate", percent(now.error_rate()), trend([](const auto& t) { return t.error_rate(); }));
  add_tile(out, "Over a limit", grouped(now.limited), trend([&](const auto& t) { return whole(t.limited); }));
  const auto time_trend = [&](Micros DurationSummary::*time) {
    const bool known = now.response_time.count > 0 && before && before->response_time.count > 0;
    return known ? trend([time](const auto& t) { return in_seconds(t.response_time.*time); }) : std::string();
  };
  add_tile(out, "Median time", took(now.response_time.p50), time_trend(&DurationSummary::p50));
  add_tile(out, "95 % within", took(now.response_time.p95), time_trend(&DurationSummary::p95));
  add_tile(out, "Bytes sent", human_bytes(now.bytes_out),
           trend([&](const auto& t) { return whole(t.bytes_out); }));
  out += "</section>\n";
}

std::vector<double> values_of(const UsageSeries& series,
                              const std::function<double(const UsageTotals&)>& value) {
  std::vector<double> values;
  values.reserve(series.points.size());
  for (const auto& point : series.points) values.push_back(value(point));
  return values;
}

void add_plots(std::string& out, const UsageTimeline& timeline) {
  if (timeline.series.empty()) return;
  const auto& series = timeline.series.front();
  const auto number = [](std::uint64_t count) { return static_cast<double>(count); };
  const PlotAxis counts{timeline.starts, timeline.step, [](double value) {
                          return value < 10 && value != static_cast<double>(static_cast<std::uint64_t>(value))
                                     ? fmt::format("{:.2g}", value)
                                     : grouped(static_cast<std::uint64_t>(value));
                        }};
  const std::vector<PlotSeries> bars = {
      {"requests", std::string(kBlue), values_of(series, [&](const auto& t) { return number(t.requests); })},
      {"4xx and 5xx", std::string(kAmber),
       values_of(series, [&](const auto& t) { return number(t.client_errors + t.errors); })},
      {"errors (5xx)", std::string(kRed),
       values_of(series, [&](const auto& t) { return number(t.errors); })}};
  out += fmt::format(
      "<section><h2>Requests <small>in {} each</small></h2>\n",
      timeline.step % Seconds{86400} == Seconds{0}  ? fmt::format("{} d", timeline.step.count() / 86400)
      : timeline.step % Seconds{3600} == Seconds{0} ? fmt::format("{} h", timeline.step.count() / 3600)
                                                    : fmt::format("{} min", timeline.step.count() / 60));
  out += bar_plot(counts, bars) + "</section>\n";
  const PlotAxis times{timeline.starts, timeline.step,
                       [](double value) { return value == 0 ? std::string("0") : human_seconds(value); }};
  const std::vector<PlotSeries> lines = {
      {"p99", std::string(kGray),
       values_of(series, [](const auto& t) { return in_seconds(t.response_time.p99); })},
      {"p95", std::string(kAmber),
       values_of(series, [](const auto& t) { return in_seconds(t.response_time.p95); })},
      {"median", std::string(kBlue),
       values_of(series, [](const auto& t) { return in_seconds(t.response_time.p50); })}};
  out += "<section><h2>Response time</h2>\n" + line_plot(times, lines, true) + "</section>\n";
}

/// A column of a table of groups: its title, a cell's text, and what its bar is as long as (none: no bar).
struct GroupColumn {
  std::string_view title;
  std::function<std::string(const UsageTotals&)> text;
  std::function<double(const UsageTotals&)> bar = nullptr;
};

std::string group_name(const UsageGroup& group, std::string_view kind) {
  if (kind != "Key") return group.name.empty() ? "(other)" : group.name;
  if (group.id == 0) return "(no key)";
  return group.name.empty() ? fmt::format("{} (deleted)", group.id)
                            : fmt::format("{} #{}", group.name, group.id);
}

void add_table(std::string& out, std::string_view title, std::string_view kind, const UsageSummary& summary,
               const std::vector<GroupColumn>& columns) {
  out += fmt::format("<section><h2>{}</h2>\n", title);
  if (summary.groups.empty()) {
    out += "<p>None.</p></section>\n";
    return;
  }
  const bool compared = summary.groups_before.size() >= summary.groups.size();
  out += fmt::format("<table><thead><tr><th>{}</th>", kind);
  for (const auto& column : columns) out += fmt::format(R"(<th class="n">{}</th>)", column.title);
  if (compared) out += R"(<th class="n">Change</th>)";
  out += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < summary.groups.size(); ++i) {
    const auto& group = summary.groups[i];
    out += fmt::format("<tr><td>{}</td>", html_text(group_name(group, kind)));
    for (const auto& column : columns) {
      double part = 0;
      if (column.bar) {
        double largest = 0;
        for (const auto& each : summary.groups) largest = std::max(largest, column.bar(each.totals));
        part = largest > 0 ? column.bar(group.totals) / largest : 0;
      }
      if (part > 0)
        out += fmt::format(R"(<td class="n bar" style="--part:{:.1f}%">{}</td>)", part * 100,
                           html_text(column.text(group.totals)));
      else
        out += fmt::format(R"(<td class="n">{}</td>)", html_text(column.text(group.totals)));
    }
    if (compared) {
      out += fmt::format(R"(<td class="n">{}</td>)",
                         html_text(change(static_cast<double>(group.totals.requests),
                                          static_cast<double>(summary.groups_before[i].requests))));
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></section>\n";
}

void add_keys(std::string& out, std::string_view title, std::string_view sentence, const ReportedKeys& keys) {
  out += fmt::format("<section><h2>{} <small>{}</small></h2>\n", title, sentence);
  if (keys.keys.empty()) {
    out += "<p>None.</p></section>\n";
    return;
  }
  out += "<table><thead><tr><th>Key</th><th>Last used</th><th>Expires</th></tr></thead><tbody>\n";
  for (const auto& key : keys.keys) {
    out += fmt::format("<tr><td>{} #{}</td><td>{}</td><td>{}</td></tr>\n", html_text(key.name),
                       key.id.value(), key.last_used ? day_and_time(*key.last_used) : "never",
                       key.expires_at ? day_and_time(*key.expires_at) : "never");
  }
  out += "</tbody></table>\n";
  if (keys.count > keys.keys.size())
    out += fmt::format("<p>And {} more.</p>\n", grouped(keys.count - keys.keys.size()));
  out += "</section>\n";
}

void add_groups(std::string& out, const UsageReport& report) {
  const GroupColumn requests{"Requests", [](const auto& t) { return grouped(t.requests); },
                             [](const auto& t) { return static_cast<double>(t.requests); }};
  const GroupColumn requests_plain{"Requests", requests.text};
  const GroupColumn errors{"Errors", [](const auto& t) { return grouped(t.errors); }};
  const GroupColumn errors_bar{"Errors", errors.text,
                               [](const auto& t) { return static_cast<double>(t.errors); }};
  const GroupColumn error_rate{"Rate", [](const auto& t) { return percent(t.error_rate()); }};
  const GroupColumn limited{"Limited", [](const auto& t) { return grouped(t.limited); }};
  const GroupColumn limited_bar{"Limited", limited.text,
                                [](const auto& t) { return static_cast<double>(t.limited); }};
  const GroupColumn p50{"Median", [](const auto& t) { return took(t.response_time.p50); }};
  const GroupColumn p95{"95 %", [](const auto& t) { return took(t.response_time.p95); }};
  const GroupColumn p95_bar{"95 %", p95.text, [](const auto& t) { return in_seconds(t.response_time.p95); }};
  const GroupColumn p99{"99 %", [](const auto& t) { return took(t.response_time.p99); }};
  const GroupColumn largest{"Longest", [](const auto& t) { return took(t.response_time.max); }};
  add_table(out, "Busiest endpoints", "Endpoint", report.endpoints, {requests, errors, error_rate, p50, p95});
  add_table(out, "Busiest keys", "Key", report.keys, {requests, errors, limited, p50, p95});
  add_table(out, "Slowest endpoints", "Endpoint", report.slowest,
            {p95_bar, p50, p99, largest, requests_plain});
  add_table(out, "Failing endpoints", "Endpoint", report.failing,
            {errors_bar, error_rate, requests_plain, p95});
  add_table(out, "Error answers", "Status", report.statuses, {requests, p50, p95});
  add_table(out, "Keys over a limit", "Key", report.limited, {limited_bar, requests_plain});
  add_table(out, "What became of requests", "Outcome", report.outcomes, {requests, p50, p95});
}

}  // namespace

std::string report_html(const UsageReport& report) {
  std::string out;
  const auto& range = report.totals.range;
  const std::string title =
      fmt::format("API usage, {} to {}", day_and_time(range.from), day_and_time(range.to));
  out += fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>{}</title>\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<style>{}</style></head><body><main>\n"
      "<header><h1>API usage</h1><p>{} to {} UTC",
      title, kReportStyle, day_and_time(range.from), day_and_time(range.to));
  if (report.totals.before)
    out += fmt::format(", compared with the time from {}", day_and_time(report.totals.before->from));
  out += "</p></header>\n";
  add_tiles(out, report);
  add_plots(out, report.timeline);
  out += "<div class=\"two\">\n";
  add_groups(out, report);
  add_keys(out, "Unused keys", "active, not used in this time", report.unused);
  add_keys(out, "Expiring keys", "within 30 days", report.expiring);
  out += fmt::format(
      "</div>\n<footer>Made by weir at {} UTC. Percentiles are within 1 %.</footer>\n</main></body></html>\n",
      day_and_time(report.made_at));
  return out;
}

}  // namespace weir
