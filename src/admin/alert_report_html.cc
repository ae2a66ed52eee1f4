#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "admin/alert_report_formats.h"
#include "admin/html_text.h"
#include "admin/report_style.h"
#include "admin/svg_plot.h"
#include "base/human_number.h"

namespace weir {
namespace {

constexpr std::string_view kRed = "#c8412f";
constexpr std::string_view kAmber = "#d99a1c";
constexpr std::string_view kGray = "#9aa5b1";

std::string day_and_time(UtcTime time) {
  std::string text = to_rfc3339(time).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string duration(const WaitSummary& wait, double seconds) {
  if (wait.count == 0) return "-";
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

void add_tile(std::string& out, std::string_view name, const std::string& value, const std::string& more) {
  out += fmt::format(R"(<div class="tile"><span>{}</span><b>{}</b><i>{}</i></div>)", name, html_text(value),
                     html_text(more));
}

void add_tiles(std::string& out, const AlertReport& report) {
  const auto& total = report.total;
  const double part = total.alerts == 0 ? 0
                                        : static_cast<double>(total.false_positives) /
                                              static_cast<double>(total.alerts) * 100;
  out += R"(<section class="tiles">)";
  add_tile(out, "Alerts", grouped(total.alerts), fmt::format("{} subjects", grouped(report.subjects)));
  add_tile(out, "Critical", grouped(total.critical), "");
  add_tile(out, "Not resolved", grouped(report.unresolved), "");
  add_tile(out, "False positives", grouped(total.false_positives), fmt::format("{:.1f} %", part));
  add_tile(out, "Acknowledged after", duration(report.to_acknowledge, report.to_acknowledge.median_seconds),
           fmt::format("90 % within {}", duration(report.to_acknowledge, report.to_acknowledge.p90_seconds)));
  add_tile(out, "Resolved after", duration(report.to_resolve, report.to_resolve.median_seconds),
           fmt::format("90 % within {}", duration(report.to_resolve, report.to_resolve.p90_seconds)));
  out += "</section>\n";
}

std::vector<PlotSeries> series_of(const std::vector<AlertCounts>& counts) {
  const auto values = [&counts](auto value) {
    std::vector<double> out;
    for (const AlertCounts& each : counts) out.push_back(static_cast<double>(value(each)));
    return out;
  };
  return {{"alerts", std::string(kAmber), values([](const AlertCounts& each) { return each.alerts; })},
          {"critical", std::string(kRed), values([](const AlertCounts& each) { return each.critical; })},
          {"marked false", std::string(kGray),
           values([](const AlertCounts& each) { return each.false_positives; })}};
}

void add_plots(std::string& out, const AlertReport& report) {
  const auto whole = [](double value) {
    return value == static_cast<double>(static_cast<std::uint64_t>(value))
               ? grouped(static_cast<std::uint64_t>(value))
               : fmt::format("{:.1f}", value);
  };
  const auto over_time = series_of(report.timeline);
  out += fmt::format("<section><h2>Alerts <small>fired in {} {} each</small></h2>\n",
                     report.step.count() / (report.step < Seconds(86400) ? 3600 : 86400),
                     report.step < Seconds(86400) ? "h" : "d");
  out += bar_plot({report.starts, report.step, whole}, over_time) + "</section>\n";
  const std::vector<AlertCounts> hours(report.by_hour.begin(), report.by_hour.end());
  std::vector<UtcTime> starts;
  for (int hour = 0; hour < 24; ++hour)
    starts.push_back(std::chrono::floor<std::chrono::days>(report.from) + std::chrono::hours(hour));
  out += "<section><h2>Hour of the day <small>UTC, all days together</small></h2>\n";
  out += bar_plot({starts, Seconds(3600), whole}, series_of(hours)) + "</section>\n";
}

void add_row(std::string& out, const std::string& name, const AlertCounts& counts, std::uint64_t most,
             const std::string& last) {
  out += fmt::format(R"(<tr><td>{}</td><td class="n bar" style="--part:{:.1f}%">{}</td><td class="n">{}</td>)"
                     R"(<td class="n">{}</td>{}</tr>)"
                     "\n",
                     html_text(name),
                     most == 0 ? 0 : static_cast<double>(counts.alerts) * 100 / static_cast<double>(most),
                     grouped(counts.alerts), grouped(counts.critical), grouped(counts.false_positives),
                     last.empty() ? "" : fmt::format(R"(<td class="n">{}</td>)", html_text(last)));
}

constexpr std::string_view kCountHeads =
    R"(<th class="n">Alerts</th><th class="n">Critical</th><th class="n">Marked false</th>)";

void add_tables(std::string& out, const AlertReport& report, const AlertNames& names) {
  std::uint64_t most = 0;
  for (const AlertCounts& each : report.by_type) most = std::max(most, each.alerts);
  out += fmt::format("<section><h2>Types</h2>\n<table><thead><tr><th>Type</th>{}</tr></thead><tbody>\n",
                     kCountHeads);
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    if (report.by_type[i].alerts > 0)
      add_row(out, std::string(to_string(static_cast<AlertType>(i))), report.by_type[i], most, {});
  }
  out += "</tbody></table></section>\n";
  most = report.noisiest.empty() ? 0 : report.noisiest.front().counts.alerts;
  out += fmt::format(
      "<section><h2>Noisiest subjects</h2>\n<table><thead><tr><th>Subject</th>{}<th class=\"n\">Firing</th>"
      "</tr></thead><tbody>\n",
      kCountHeads);
  for (const SubjectCounts& each : report.noisiest)
    add_row(out, subject_text(each.subject, names), each.counts, most,
            duration({.count = 1}, each.firing_seconds));
  out += "</tbody></table></section>\n";
}

void add_advice(std::string& out, const AlertReport& report) {
  out += "<section><h2>Thresholds <small>by what was marked as false</small></h2>\n";
  if (report.advice.empty()) {
    out += "<p>No alert was marked as false.</p></section>\n";
    return;
  }
  out += R"(<table><thead><tr><th>Type</th><th class="n">In force</th><th class="n">At</th>)"
         R"(<th class="n">False avoided</th><th class="n">True missed</th></tr></thead><tbody>)"
         "\n";
  for (const ThresholdAdvice& advice : report.advice) {
    for (const ThresholdStep& step : advice.steps) {
      out += fmt::format(R"(<tr><td>{}{}{}</td><td class="n">{:g}</td><td class="n">{:.4g} {}</td>)"
                         R"(<td class="n">{} of {}</td><td class="n">{} of {}</td></tr>)"
                         "\n",
                         to_string(advice.type), advice.rule.empty() ? "" : " ", html_text(advice.rule),
                         advice.threshold, step.threshold, unit_of(advice.type), step.false_avoided,
                         advice.counts.false_positives, step.true_missed,
                         advice.counts.alerts - advice.counts.false_positives);
    }
  }
  out += "</tbody></table></section>\n";
}

}  // namespace

std::string alert_report_html(const AlertReport& report, const AlertNames& names, UtcTime made_at) {
  std::string out;
  out += fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>Alerts, {0} to {1}</title>\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<style>{2}</style></head><body><main>\n"
      "<header><h1>Alerts</h1><p>{0} to {1} UTC{3}</p></header>\n",
      day_and_time(report.from), day_and_time(report.to), kReportStyle,
      report.is_cut ? ", of more than can be shown the newest" : "");
  add_tiles(out, report);
  add_plots(out, report);
  out += "<div class=\"two\">\n";
  add_tables(out, report, names);
  add_advice(out, report);
  out += fmt::format("</div>\n<footer>Made by weir at {} UTC.</footer>\n</main></body></html>\n",
                     day_and_time(made_at));
  return out;
}

}  // namespace weir
