// Detectors of the traffic itself: response times, errors, volume.
#include <cmath>

#include "alerts/detector_tools.h"
#include "base/breath.h"

namespace weir {
namespace {

constexpr std::size_t kPiece = 32;  // subjects between breaths: some 10 µs

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void judge_response_time(const DetectorView& view, AlertSubject subject, const SubjectWindow& window,
                         LatencySum& sum, std::vector<Finding>& findings) {
  constexpr auto kType = AlertType::kResponseTime;
  if (window.slowest() <= view.rules.clear_up_to(kType)) return;
  const AlertRule rule = view.rules.rule_for(kType, subject);
  if (!rule.enabled || judge(kType, rule, window.slowest()).level == AlertLevel::kClear) return;
  const LatencyStatistic statistic = view.rules.settings().statistic;
  sum.clear();
  window.latency(SlotRange::before(view.now, rule.window_seconds), sum);
  if (sum.count() == 0 || sum.count() < rule.minimum_calls) return;
  const std::uint64_t calls = sum.count();
  const double value = sum.statistic(statistic);
  const JudgedValue judged = judge(kType, rule, value);
  if (judged.level == AlertLevel::kClear) return;
  Finding finding =
      make_finding(kType, std::move(subject), judged, rule, value, std::string(to_string(statistic)));
  finding.numbers.calls = calls;
  finding.numbers.series = series_of(view, rule.window_seconds, [&](std::int64_t slot) {
    sum.clear();
    window.latency({slot, slot}, sum);
    return sum.statistic(statistic);
  });
  findings.push_back(std::move(finding));
}

void judge_error_rate(const DetectorView& view, AlertSubject subject, const SubjectWindow& window,
                      std::vector<Finding>& findings) {
  constexpr auto kType = AlertType::kErrorRate;
  if (window.total().errors == 0) return;
  const AlertRule rule = view.rules.rule_for(kType, subject);
  if (!rule.enabled || window.total().calls < rule.minimum_calls) return;
  const TrafficCounts counts = window.sum(SlotRange::before(view.now, rule.window_seconds));
  if (counts.calls < rule.minimum_calls || counts.errors == 0) return;
  const double value = ratio(counts.errors, counts.calls);
  const JudgedValue judged = judge(kType, rule, value);
  if (judged.level == AlertLevel::kClear) return;
  Finding finding = make_finding(kType, std::move(subject), judged, rule, value, "errors");
  finding.numbers.calls = counts.calls;
  finding.numbers.series = series_of_counts(view, rule.window_seconds, window, [](const TrafficCounts& part) {
    return ratio(part.errors, part.calls);
  });
  findings.push_back(std::move(finding));
}

void judge_usage(const DetectorView& view, AlertSubject subject, const SubjectWindow& window,
                 std::vector<Finding>& findings) {
  constexpr auto kType = AlertType::kUsageSpike;
  if (window.total().calls < view.rules.least_calls(kType)) return;
  const AlertRule rule = view.rules.rule_for(kType, subject);
  const UsageSpikeRule& spike = view.rules.settings().usage_spike;
  if (!rule.enabled || window.total().calls < rule.minimum_calls) return;
  const SlotRange newest = SlotRange::before(view.now, rule.window_seconds);
  if (window.sum(newest).calls < rule.minimum_calls) return;
  const Baseline baseline = view.windows.baselines().of(subject.id, spike);
  if (baseline.kind == BaselineKind::kNone) return;
  // Where next to nothing is normal the factor is of one call a minute.
  const double per_minute = std::max(1.0, baseline.calls_per_hour / 60);
  const double normal = per_minute * rule.window_seconds / 60;
  const std::int64_t length = rule.window_seconds / kSlotSeconds;
  double value = HUGE_VAL;
  for (std::uint32_t i = 0; i < spike.consecutive_windows; ++i) {
    const SlotRange range{.first = newest.first - i * length, .last = newest.last - i * length};
    value = std::min(value, window.sum(range).calls / normal);
  }
  const JudgedValue judged = judge(kType, rule, value);
  if (judged.level == AlertLevel::kClear) return;
  Finding finding =
      make_finding(kType, std::move(subject), judged, rule, value, std::string(to_string(baseline.kind)));
  finding.numbers.calls = window.sum(newest).calls;
  finding.numbers.baseline_kind = baseline.kind;
  finding.numbers.baseline = per_minute;
  finding.numbers.series =
      series_of_counts(view, rule.window_seconds * spike.consecutive_windows, window,
                       [](const TrafficCounts& part) { return static_cast<double>(part.calls); });
  findings.push_back(std::move(finding));
}

template <class Judge>
void each_of(const std::vector<JudgedSubject>& subjects, Judge judge_one) {
  for (std::size_t done = 0; const auto& [id, window] : subjects) {
    if (++done % kPiece == 0) breathe();
    judge_one(id, *window);
  }
}

}  // namespace

void detect_response_time(const DetectorView& view, LatencySum& scratch, std::vector<Finding>& findings) {
  each_of(view.subjects.endpoints, [&](std::uint32_t id, const SubjectWindow& window) {
    judge_response_time(view, AlertSubject::endpoint(EndpointId(id)), window, scratch, findings);
  });
  each_of(view.subjects.keys, [&](std::uint32_t id, const SubjectWindow& window) {
    judge_response_time(view, AlertSubject::key(KeyId(id)), window, scratch, findings);
  });
}

void detect_error_rate(const DetectorView& view, std::vector<Finding>& findings) {
  judge_error_rate(view, AlertSubject::overall(), view.windows.overall(), findings);
  each_of(view.subjects.endpoints, [&](std::uint32_t id, const SubjectWindow& window) {
    judge_error_rate(view, AlertSubject::endpoint(EndpointId(id)), window, findings);
  });
  each_of(view.subjects.keys, [&](std::uint32_t id, const SubjectWindow& window) {
    judge_error_rate(view, AlertSubject::key(KeyId(id)), window, findings);
  });
}

void detect_usage_spike(const DetectorView& view, std::vector<Finding>& findings) {
  if (!view.everything) return;  // its windows are whole slots
  judge_usage(view, AlertSubject::overall(), view.windows.overall(), findings);
  each_of(view.subjects.keys, [&](std::uint32_t id, const SubjectWindow& window) {
    judge_usage(view, AlertSubject::key(KeyId(id)), window, findings);
  });
}

}  // namespace weir
