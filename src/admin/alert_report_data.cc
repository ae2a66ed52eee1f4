#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "admin/alert_report_formats.h"
#include "alerts/alert_json.h"
#include "base/csv.h"

namespace weir {
namespace {

namespace json = boost::json;

json::object counts_json(const AlertCounts& counts) {
  return {
      {"alerts", counts.alerts}, {"critical", counts.critical}, {"false_positives", counts.false_positives}};
}

json::object wait_json(const WaitSummary& wait) {
  if (wait.count == 0) return {{"count", 0}, {"median_seconds", nullptr}, {"p90_seconds", nullptr}};
  return {{"count", wait.count}, {"median_seconds", wait.median_seconds}, {"p90_seconds", wait.p90_seconds}};
}

json::array advice_json(const AlertReport& report) {
  json::array list;
  for (const ThresholdAdvice& advice : report.advice) {
    json::array steps;
    for (const ThresholdStep& step : advice.steps) {
      steps.push_back({{"threshold", step.threshold},
                       {"false_avoided", step.false_avoided},
                       {"true_missed", step.true_missed}});
    }
    json::object out;
    out["type"] = to_string(advice.type);
    out["rule"] = advice.rule.empty() ? json::value(nullptr) : json::value(advice.rule);
    out["unit"] = unit_of(advice.type);
    out["threshold"] = advice.threshold;
    out["alerts"] = advice.counts.alerts;
    out["false_positives"] = advice.counts.false_positives;
    out["steps"] = std::move(steps);
    list.push_back(std::move(out));
  }
  return list;
}

constexpr std::array<std::string_view, 8> kColumns = {"section",         "name",  "alerts",    "critical",
                                                      "false_positives", "value", "threshold", "true_missed"};
using Row = std::array<std::string, kColumns.size()>;

void add_counts(std::string& out, std::string_view section, const std::string& name,
                const AlertCounts& counts, const std::string& value = {}) {
  append_csv_line(
      out, Row{std::string(section), name, std::to_string(counts.alerts), std::to_string(counts.critical),
               std::to_string(counts.false_positives), value, "", ""});
}

}  // namespace

json::object alert_report_json(const AlertReport& report, const AlertNames& names) {
  json::object total = counts_json(report.total);
  total["unresolved"] = report.unresolved;
  json::array types;
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    if (report.by_type[i].alerts == 0) continue;
    json::object line = counts_json(report.by_type[i]);
    line["type"] = to_string(static_cast<AlertType>(i));
    types.push_back(std::move(line));
  }
  json::array hours;
  for (std::size_t i = 0; i < report.by_hour.size(); ++i) {
    json::object line = counts_json(report.by_hour[i]);
    line["hour"] = i;
    hours.push_back(std::move(line));
  }
  json::array subjects;
  for (const SubjectCounts& each : report.noisiest) {
    json::object line = counts_json(each.counts);
    json::object subject = to_json(each.subject);
    subject["name"] = subject_text(each.subject, names);
    line["subject"] = std::move(subject);
    line["firing_seconds"] = each.firing_seconds;
    subjects.push_back(std::move(line));
  }
  json::array timeline;
  for (std::size_t i = 0; i < report.starts.size(); ++i) {
    json::object line = counts_json(report.timeline[i]);
    line["from"] = to_rfc3339(report.starts[i]);
    timeline.push_back(std::move(line));
  }
  json::object out;
  out["from"] = to_rfc3339(report.from);
  out["to"] = to_rfc3339(report.to);
  out["is_cut"] = report.is_cut;
  out["total"] = std::move(total);
  out["time_to_acknowledge"] = wait_json(report.to_acknowledge);
  out["time_to_resolve"] = wait_json(report.to_resolve);
  out["types"] = std::move(types);
  out["hours"] = std::move(hours);
  out["subjects"] = report.subjects;
  out["noisiest"] = std::move(subjects);
  out["thresholds"] = advice_json(report);
  out["step_seconds"] = report.step.count();
  out["timeline"] = std::move(timeline);
  return out;
}

std::string alert_report_csv(const AlertReport& report, const AlertNames& names) {
  std::string out;
  append_csv_line(out, kColumns);
  add_counts(out, "total", to_rfc3339(report.from) + "/" + to_rfc3339(report.to), report.total);
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    if (report.by_type[i].alerts > 0)
      add_counts(out, "type", std::string(to_string(static_cast<AlertType>(i))), report.by_type[i]);
  }
  for (std::size_t i = 0; i < report.by_hour.size(); ++i)
    add_counts(out, "hour", fmt::format("{:02}", i), report.by_hour[i]);
  for (const SubjectCounts& each : report.noisiest)
    add_counts(out, "subject", subject_text(each.subject, names), each.counts,
               fmt::format("{:.0f}", each.firing_seconds));
  const auto add_wait = [&out](std::string_view section, const WaitSummary& wait) {
    if (wait.count == 0) return;
    for (const auto& [name, seconds] :
         {std::pair("median", wait.median_seconds), std::pair("p90", wait.p90_seconds)}) {
      append_csv_line(out, Row{std::string(section), name, std::to_string(wait.count), "", "",
                               fmt::format("{:.1f}", seconds), "", ""});
    }
  };
  add_wait("seconds_to_acknowledge", report.to_acknowledge);
  add_wait("seconds_to_resolve", report.to_resolve);
  for (const ThresholdAdvice& advice : report.advice) {
    for (const ThresholdStep& step : advice.steps) {
      append_csv_line(
          out, Row{"threshold",
                   fmt::format("{}{}{}", to_string(advice.type), advice.rule.empty() ? "" : " ", advice.rule),
                   std::to_string(advice.counts.alerts), "", std::to_string(step.false_avoided),
                   fmt::format("{:g}", step.threshold), fmt::format("{:g}", advice.threshold),
                   std::to_string(step.true_missed)});
    }
  }
  for (std::size_t i = 0; i < report.starts.size(); ++i)
    add_counts(out, "timeline", to_rfc3339(report.starts[i]), report.timeline[i]);
  return out;
}

}  // namespace weir
