#include "admin/alert_digest.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "admin/html_text.h"
#include "base/human_number.h"
#include "notify/message_text.h"
#include "notify/setting_words.h"

namespace weir {
namespace {

constexpr std::size_t kNameMax = 80;
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

/// The first column is words, the others are numbers.
struct DigestTable {
  std::string title;
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows;
  std::string instead;  // of a table without rows
};

struct DigestText {
  std::string headline;
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<DigestTable> tables;
  std::vector<std::string> notes;
};

std::string span(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string waits(const WaitSummary& wait) {
  if (wait.count == 0) return "none";
  return fmt::format("{}, half of them within {}, 90 % within {}", grouped(wait.count),
                     span(wait.median_seconds), span(wait.p90_seconds));
}

/// "16 to 22 November 2026".
std::string days_text(UtcTime from, UtcTime to, std::int16_t offset_minutes) {
  using std::chrono::days;
  using std::chrono::year_month_day;
  const std::chrono::minutes offset(offset_minutes);
  const year_month_day first(std::chrono::floor<days>(from + offset));
  const year_month_day last(std::chrono::floor<days>(to + offset - Micros(1)));
  const auto month = [](const year_month_day& day) { return kMonths.at(unsigned(day.month()) - 1); };
  std::string begin = std::to_string(unsigned(first.day()));
  if (first.month() != last.month()) begin += fmt::format(" {}", month(first));
  if (first.year() != last.year()) begin += fmt::format(" {}", int(first.year()));
  return fmt::format("{} to {} {} {}", begin, unsigned(last.day()), month(last), int(last.year()));
}

std::string total_text(const AlertCounts& total) {
  if (total.alerts == 0) return "no alerts";
  const std::string count =
      fmt::format("{} {}", grouped(total.alerts), total.alerts == 1 ? "alert" : "alerts");
  if (total.critical == 0) return count;
  return fmt::format("{}, {} of them critical", count, grouped(total.critical));
}

std::vector<std::string> counts_row(std::string name, const AlertCounts& counts) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return {clipped(name, kNameMax), grouped(counts.alerts), grouped(counts.alerts - counts.critical),
          grouped(counts.critical), grouped(counts.false_positives)};
}

DigestTable types_table(const AlertReport& report) {
  DigestTable table{"Types", {"", "Alerts", "Warning", "Critical", "Marked false"}, {}, "No alert fired."};
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    if (report.by_type[i].alerts == 0) continue;
    table.rows.push_back(counts_row(std::string(to_string(static_cast<AlertType>(i))), report.by_type[i]));
  }
  return table;
}

DigestTable subjects_table(const AlertReport& report, const AlertNames& names) {
  DigestTable table{
      "Noisiest subjects", {"", "Alerts", "Warning", "Critical", "Marked false", "Firing"}, {}, "None."};
  for (const SubjectCounts& each : report.noisiest) {
    table.rows.push_back(counts_row(subject_text(each.subject, names), each.counts));
    table.rows.back().push_back(span(each.firing_seconds));
  }
  return table;
}

/// Of each type the threshold at which none of the false ones would have fired.
DigestTable thresholds_table(const AlertReport& report) {
  DigestTable table{"Thresholds, by what was marked as false",
                    {"", "In force", "To avoid them", "False avoided", "Others missed"},
                    {},
                    "No alert was marked as false: weir alerts false-positive ID does."};
  for (const ThresholdAdvice& advice : report.advice) {
    if (advice.steps.empty()) continue;
    const ThresholdStep& step = advice.steps.back();
    table.rows.push_back(
        {fmt::format("{}{}{}", to_string(advice.type), advice.rule.empty() ? "" : " ", advice.rule),
         fmt::format("{:g}", advice.threshold),
         fmt::format("{:.4g} {}", step.threshold, unit_of(advice.type)),
         fmt::format("{} of {}", step.false_avoided, advice.counts.false_positives),
         fmt::format("{} of {}", step.true_missed, advice.counts.alerts - advice.counts.false_positives)});
  }
  return table;
}

std::vector<std::string> notes_of(const AlertReport& report, const DigestFrame& frame) {
  std::vector<std::string> notes;
  if (report.is_cut) notes.emplace_back("There were more alerts than are looked at: these are the newest.");
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    if (report.by_type[i].alerts == 0) continue;
    const auto type = to_string(static_cast<AlertType>(i));
    notes.push_back(fmt::format("What {} means and what to do: docs/alerts.md#{}", type, type));
  }
  notes.push_back(fmt::format("Every number: weir alerts report --from {} --to {} (docs/alerts.md#report)",
                              to_rfc3339(report.from), to_rfc3339(report.to)));
  notes.push_back(
      fmt::format("Days are of {}. When this comes, and to whom: docs/notifications.md#weekly-digest",
                  utc_offset_text(frame.utc_offset_minutes)));
  return notes;
}

DigestText digest_text(const AlertReport& report, const AlertNames& names, const DigestFrame& frame) {
  DigestText text;
  text.headline =
      fmt::format("{}{}: {}", frame.environment.empty() ? "" : fmt::format("[{}] ", frame.environment),
                  total_text(report.total), days_text(report.from, report.to, frame.utc_offset_minutes));
  const auto& total = report.total;
  const double part = total.alerts == 0 ? 0
                                        : static_cast<double>(total.false_positives) /
                                              static_cast<double>(total.alerts) * 100;
  text.facts = {{"Alerts", fmt::format("{}, of {} {}", grouped(total.alerts), grouped(report.subjects),
                                       report.subjects == 1 ? "subject" : "subjects")},
                {"Critical", grouped(total.critical)},
                {"Not resolved", grouped(report.unresolved)},
                {"Marked as false", fmt::format("{} ({:.1f} %)", grouped(total.false_positives), part)},
                {"Acknowledged", waits(report.to_acknowledge)},
                {"Resolved", waits(report.to_resolve)}};
  text.tables.push_back(types_table(report));
  if (total.alerts > 0) {
    text.tables.push_back(subjects_table(report, names));
    text.tables.push_back(thresholds_table(report));
  }
  text.notes = notes_of(report, frame);
  return text;
}

/// Characters, not bytes, so that columns stand below each other.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string plain_table(const DigestTable& table) {
  std::string out = fmt::format("\n{}\n", table.title);
  if (table.rows.empty()) return out + "  " + table.instead + "\n";
  std::vector<std::vector<std::string>> lines = table.rows;
  lines.insert(lines.begin(), table.heads);
  std::vector<std::size_t> widths(table.heads.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  }
  for (const auto& line : lines) {
    out += "  " + line[0] + std::string(widths[0] - width_of(line[0]), ' ');
    for (std::size_t i = 1; i < line.size(); ++i)
      out += "  " + std::string(widths[i] - width_of(line[i]), ' ') + line[i];
    out += "\n";
  }
  return out;
}

std::string plain(const DigestText& text) {
  std::string out = text.headline + "\n\n";
  for (const auto& [name, value] : text.facts) out += fmt::format("  {:<17}{}\n", name + ":", value);
  for (const DigestTable& table : text.tables) out += plain_table(table);
  out += "\n";
  for (const std::string& note : text.notes) out += note + "\n";
  return out;
}

// Programs that show mail take styles of elements only.
constexpr std::string_view kWordCell = "padding:2px 16px 2px 0;text-align:left;vertical-align:top";
constexpr std::string_view kNumberCell =
    "padding:2px 0 2px 16px;text-align:right;vertical-align:top;white-space:nowrap";

std::string html_line(std::string_view cell, const std::vector<std::string>& line) {
  std::string out = "<tr>";
  for (std::size_t i = 0; i < line.size(); ++i)
    out += fmt::format(R"(<{0} style="{1}">{2}</{0}>)", cell, i == 0 ? kWordCell : kNumberCell,
                       html_text(line[i]));
  return out + "</tr>\n";
}

std::string html_table(const DigestTable& table) {
  std::string out =
      fmt::format("<h3 style=\"font-size:15px;margin:20px 0 4px\">{}</h3>\n", html_text(table.title));
  if (table.rows.empty())
    return out + fmt::format("<p style=\"margin:4px 0\">{}</p>\n", html_text(table.instead));
  out += "<table style=\"border-collapse:collapse;font-size:14px\">\n" + html_line("th", table.heads);
  for (const auto& row : table.rows) out += html_line("td", row);
  return out + "</table>\n";
}

std::string html(const DigestText& text) {
  std::string out = fmt::format(
      "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif;"
      "font-size:14px;color:#222\"><h2 style=\"font-size:18px\">{}</h2>\n<table "
      "style=\"border-collapse:collapse;font-size:14px\">\n",
      html_text(text.headline));
  for (const auto& [name, value] : text.facts) {
    out += fmt::format("<tr><td style=\"{0};color:#666\">{1}</td><td style=\"{0}\">{2}</td></tr>\n",
                       kWordCell, html_text(name), html_text(value));
  }
  out += "</table>\n";
  for (const DigestTable& table : text.tables) out += html_table(table);
  out += "<p style=\"color:#666;font-size:13px;margin-top:24px\">";
  for (const std::string& note : text.notes) out += html_text(note) + "<br>\n";
  return out + "</p>\n</body></html>\n";
}

}  // namespace

Letter alert_digest(const AlertReport& report, const AlertNames& names, const DigestFrame& frame) {
  const DigestText text = digest_text(report, names, frame);
  return {.subject = text.headline, .text = plain(text), .html = html(text)};
}

}  // namespace weir
