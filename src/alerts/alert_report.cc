#include "alerts/alert_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace weir {
namespace {

constexpr std::int64_t kTimelineMax = 100;  // steps

void count(AlertCounts& counts, const Alert& alert) {
  ++counts.alerts;
  if (alert.severity == AlertSeverity::kCritical) ++counts.critical;
  if (alert.false_positive) ++counts.false_positives;
}

double seconds_between(UtcTime from, UtcTime to) {
  return std::max(0.0, std::chrono::duration<double>(to - from).count());
}

double by_rank(const std::vector<double>& sorted, double fraction) {
  const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

WaitSummary summary_of(std::vector<double> waits) {
  if (waits.empty()) return {};
  std::sort(waits.begin(), waits.end());
  return {.count = waits.size(), .median_seconds = by_rank(waits, 0.5), .p90_seconds = by_rank(waits, 0.9)};
}

/// How far an alert went, so that more is worse: days left count down.
double badness(AlertType type, double value) {
  return type == AlertType::kKeyExpiring ? -value : value;
}

ThresholdAdvice advise(AlertType type, const std::string& rule, const std::vector<const Alert*>& alerts) {
  ThresholdAdvice advice{.type = type, .rule = rule, .threshold = 0, .counts = {}, .steps = {}};
  std::vector<double> marked;
  std::vector<double> others;
  double lowest = HUGE_VAL;
  for (const Alert* alert : alerts) {
    count(advice.counts, *alert);
    (alert->false_positive ? marked : others).push_back(badness(type, alert->numbers.worst));
    lowest = std::min(lowest, badness(type, alert->numbers.threshold));
  }
  advice.threshold = badness(type, lowest);
  std::sort(marked.begin(), marked.end());
  std::sort(others.begin(), others.end());
  std::vector<double> values = marked;
  values.erase(std::unique(values.begin(), values.end()), values.end());
  // Of many values some, evenly; the last avoids all.
  const std::size_t shown = std::min(values.size(), kAdviceStepsMax);
  for (std::size_t i = 1; i <= shown; ++i) {
    const double value = values[values.size() * i / shown - 1];
    const auto below = [value](const std::vector<double>& sorted) {
      return static_cast<std::uint64_t>(std::upper_bound(sorted.begin(), sorted.end(), value) -
                                        sorted.begin());
    };
    advice.steps.push_back(
        {.threshold = badness(type, value), .false_avoided = below(marked), .true_missed = below(others)});
  }
  return advice;
}

/// Hours, or as many days as make at most kTimelineMax steps.
Seconds step_of(UtcTime from, UtcTime to) {
  const std::int64_t hours = std::chrono::ceil<std::chrono::hours>(to - from).count();
  if (hours <= kTimelineMax) return Seconds(3600);
  const std::int64_t days = (hours + 23) / 24;
  return Seconds(86400 * ((days + kTimelineMax - 1) / kTimelineMax));
}

}  // namespace

AlertReport make_alert_report(std::span<const Alert> alerts, UtcTime from, UtcTime to) {
  AlertReport report;
  report.from = from;
  report.to = to;
  report.step = step_of(from, to);
  const UtcTime first =
      std::chrono::floor<std::chrono::days>(from) +
      std::chrono::floor<std::chrono::hours>(from - std::chrono::floor<std::chrono::days>(from)) *
          (report.step < Seconds(86400) ? 1 : 0);
  for (UtcTime start = first; start < to; start += report.step) report.starts.push_back(start);
  report.timeline.resize(report.starts.size());

  std::map<AlertSubject, SubjectCounts> subjects;
  std::map<std::pair<AlertType, std::string>, std::vector<const Alert*>> rules;
  std::vector<double> acknowledged;
  std::vector<double> resolved;
  for (const Alert& alert : alerts) {
    count(report.total, alert);
    count(report.by_type[static_cast<std::size_t>(alert.type)], alert);
    const auto hour =
        std::chrono::floor<std::chrono::hours>(alert.started_at.time_since_epoch()).count() % 24;
    count(report.by_hour[static_cast<std::size_t>(hour)], alert);
    const auto place = static_cast<std::size_t>((alert.started_at - first) / report.step);
    if (alert.started_at >= first && place < report.timeline.size()) count(report.timeline[place], alert);
    SubjectCounts& subject = subjects[alert.subject];
    subject.subject = alert.subject;
    count(subject.counts, alert);
    subject.firing_seconds += seconds_between(alert.started_at, alert.resolved_at.value_or(to));
    if (alert.acknowledgement)
      acknowledged.push_back(seconds_between(alert.started_at, alert.acknowledgement->at));
    if (alert.resolved_at)
      resolved.push_back(seconds_between(alert.started_at, *alert.resolved_at));
    else
      ++report.unresolved;
    rules[{alert.type, alert.type == AlertType::kKeyAbuse ? alert.numbers.rule : std::string()}].push_back(
        &alert);
  }
  report.to_acknowledge = summary_of(std::move(acknowledged));
  report.to_resolve = summary_of(std::move(resolved));
  report.subjects = subjects.size();
  for (auto& [subject, counts] : subjects) report.noisiest.push_back(std::move(counts));
  std::stable_sort(
      report.noisiest.begin(), report.noisiest.end(), [](const SubjectCounts& a, const SubjectCounts& b) {
        return std::pair(a.counts.alerts, a.firing_seconds) > std::pair(b.counts.alerts, b.firing_seconds);
      });
  if (report.noisiest.size() > kReportedSubjectsMax) report.noisiest.resize(kReportedSubjectsMax);
  for (const auto& [place, of_rule] : rules) {
    ThresholdAdvice advice = advise(place.first, place.second, of_rule);
    if (advice.counts.false_positives > 0) report.advice.push_back(std::move(advice));
  }
  return report;
}

}  // namespace weir
