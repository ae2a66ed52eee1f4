// Detectors of who calls: refused sources and keys, limits, abuse of keys.
#include <algorithm>

#include "alerts/detector_tools.h"

namespace weir {
namespace {

constexpr int kSourcePrefixBits = 64;

std::string network_name(const IpAddress& source) {
  if (source == IpAddress{}) return "local";
  if (source.is_v4()) return source.to_string();
  return IpNetwork{.address = source, .prefix_bits = kSourcePrefixBits}.to_string();
}

AlertSubject subject_of(const RefusedSubject& refused) {
  if (refused.key) return AlertSubject::key(refused.key);
  return AlertSubject::source(network_name(refused.source));
}

template <class Visit>
void each_refused(const DetectorView& view, Visit visit) {
  if (!view.everything) {
    for (const RefusedSubject& subject : view.touched.refused) visit(subject);
    return;
  }
  for (const auto& [subject, slots] : view.windows.refusals().subjects()) visit(subject);
}

/// A finding of `key_abuse` by a rule with one threshold of its own.
Finding abuse(const AlertSubject& subject, const AlertRule& rule, std::string name, double value,
              double threshold, AlertLevel level) {
  return make_finding(AlertType::kKeyAbuse, subject, {level, threshold}, rule, value, std::move(name));
}

void judge_refused(const DetectorView& view, std::uint32_t id, const SubjectWindow& window,
                   std::vector<Finding>& findings) {
  const KeyAbuseRule& limits = view.rules.settings().key_abuse;
  if (limits.refused_share <= 0 || window.total().refused == 0 ||
      window.total().calls < limits.refused_minimum_calls)
    return;
  const AlertSubject subject = AlertSubject::key(KeyId(id));
  const AlertRule rule = view.rules.rule_for(AlertType::kKeyAbuse, subject);
  if (!rule.enabled) return;
  const TrafficCounts counts = window.sum(SlotRange::before(view.now, kWindowSecondsMax));
  if (counts.calls < limits.refused_minimum_calls) return;
  const double share = static_cast<double>(counts.refused) / counts.calls;
  if (share <= limits.refused_share * kHoldShare) return;
  const bool above = share > limits.refused_share;
  findings.push_back(abuse(subject, rule, "mostly_refused", share, limits.refused_share,
                           above ? AlertLevel::kWarning : AlertLevel::kHold));
  findings.back().for_seconds = limits.refused_for_seconds;
  findings.back().numbers.window_seconds = kWindowSecondsMax;
  findings.back().numbers.calls = counts.calls;
}

/// What a key did in the hour holds for all of it, also while it is silent.
void judge_hour(const DetectorView& view, std::uint32_t id, const KeyHour& hour,
                std::vector<Finding>& findings) {
  if (id == 0) return;  // everything
  const KeyAbuseRule& limits = view.rules.settings().key_abuse;
  const bool scans = limits.unknown_paths > 0 && hour.unknown_paths != DistinctBits{} &&
                     distinct_count(hour.unknown_paths) > limits.unknown_paths;
  const std::uint32_t sources = distinct_count(hour.sources);
  if (!scans && sources < limits.minimum_sources) return;
  const AlertSubject subject = AlertSubject::key(KeyId(id));
  const AlertRule rule = view.rules.rule_for(AlertType::kKeyAbuse, subject);
  if (!rule.enabled) return;
  if (scans) {
    findings.push_back(abuse(subject, rule, "scanning", distinct_count(hour.unknown_paths),
                             limits.unknown_paths, AlertLevel::kWarning));
    findings.back().numbers.calls = hour.calls;
  }
  if (sources < limits.minimum_sources) return;
  const Baseline baseline = view.windows.baselines().of(id, view.rules.settings().usage_spike);
  if (baseline.kind == BaselineKind::kNone) return;
  const double value = sources / std::max(1.0, baseline.sources_per_hour);
  const JudgedValue judged = judge(AlertType::kKeyAbuse, rule, value);
  if (judged.level == AlertLevel::kClear) return;
  findings.push_back(make_finding(AlertType::kKeyAbuse, subject, judged, rule, value, "sources"));
  findings.back().numbers.calls = hour.calls;
}

/// Whether only a key with kNotableDistinct sources or unknown paths can be of interest.
bool only_notable_hours(const KeyAbuseRule& limits) {
  return limits.minimum_sources >= kNotableDistinct &&
         (limits.unknown_paths == 0 || limits.unknown_paths >= kNotableDistinct);
}

template <class Visit>
void each_key_hour(const DetectorView& view, Visit visit) {
  const WindowSet::KeyHours& hours = view.windows.key_hours();
  const auto look_at = [&](std::uint32_t id) {
    if (const KeyHour* hour = hours.get(id)) visit(id, *hour);
  };
  if (only_notable_hours(view.rules.settings().key_abuse)) {
    const auto& notable = view.everything ? view.windows.notable_keys() : view.touched.notable_keys;
    for (const std::uint32_t id : notable) look_at(id);
  } else if (view.everything) {
    for (const auto& [id, hour] : hours) visit(id, hour);
  } else {
    for (const TouchedSubject& key : view.touched.keys) look_at(key.id);
  }
}

void judge_limit_use(const DetectorView& view, const LimitUse& use, LimitMemory& memory,
                     std::vector<Finding>& findings) {
  constexpr auto kType = AlertType::kRateLimitApproaching;
  if (use.limit == 0) return;
  const double value = std::min(1.0, static_cast<double>(use.used) / use.limit);
  if (value < view.rules.clear_up_to(kType)) return;
  AlertSubject subject = AlertSubject::key(use.key);
  AlertRule rule = view.rules.rule_for(kType, subject);
  if (!rule.enabled) return;
  JudgedValue judged = judge(kType, rule, value);
  // Critical is a call that was refused, not a window that is just used up.
  if (judged.level == AlertLevel::kCritical && rule.warning) {
    judged = {AlertLevel::kWarning, *rule.warning};
  }
  if (judged.level == AlertLevel::kClear) return;
  AlertDirectory::Window window;
  if (view.rules.directory().window) window = view.rules.directory().window(use.window);
  const LimitUseRule& limits = view.rules.settings().limit_use;
  if (judged.level >= AlertLevel::kWarning && window.seconds < limits.short_window_seconds &&
      memory.note(use.key.value(), use.window, view.now + use.reset_seconds, view.now) < limits.repeats) {
    return;
  }
  rule.window_seconds = window.seconds;
  findings.push_back(make_finding(kType, std::move(subject), judged, rule, value, window.name));
  findings.back().numbers.calls = use.used;
}

}  // namespace

void detect_unauthorized_access(const DetectorView& view, std::vector<Finding>& findings) {
  constexpr auto kType = AlertType::kUnauthorizedAccess;
  each_refused(view, [&](const RefusedSubject& refused) {
    // The name of a source costs an allocation: only once the number is of interest.
    const AlertRule& common = view.rules.settings().rule(kType);
    const auto range = SlotRange::before(view.now, common.window_seconds);
    const RefusalCounts counts = view.windows.refusals().sum(refused, range);
    if (counts.refused == 0) return;
    if (!refused.key && judge(kType, common, counts.refused).level == AlertLevel::kClear) return;
    AlertSubject subject = subject_of(refused);
    const AlertRule rule = view.rules.rule_for(kType, subject);
    const JudgedValue judged = judge(kType, rule, counts.refused);
    if (!rule.enabled || judged.level == AlertLevel::kClear) return;
    findings.push_back(make_finding(kType, std::move(subject), judged, rule, counts.refused, "refused"));
    findings.back().numbers.calls = counts.refused;
    findings.back().numbers.series = series_of(view, rule.window_seconds, [&](std::int64_t slot) {
      return static_cast<double>(view.windows.refusals().sum(refused, {slot, slot}).refused);
    });
  });
}

void detect_rate_limits(const DetectorView& view, LimitMemory& memory, std::vector<Finding>& findings) {
  constexpr auto kType = AlertType::kRateLimitApproaching;
  for (const LimitUse& use : view.inputs.limits) judge_limit_use(view, use, memory, findings);
  for (const auto& [key, position] : view.touched.limited) {
    AlertSubject subject = AlertSubject::key(KeyId(key));
    AlertRule rule = view.rules.rule_for(kType, subject);
    AlertDirectory::Window window;
    if (view.rules.directory().window) window = view.rules.directory().window(position);
    const LimitUseRule& limits = view.rules.settings().limit_use;
    if (!rule.enabled || !rule.critical) continue;
    const AlertSecond length = std::max<AlertSecond>(1, window.seconds);
    // Without the limiter at hand, the clock tells short windows apart.
    if (window.seconds < limits.short_window_seconds &&
        memory.note(key, position, (view.now / length + 1) * length, view.now) < limits.repeats)
      continue;
    rule.window_seconds = window.seconds;
    findings.push_back(make_finding(kType, std::move(subject), {AlertLevel::kCritical, *rule.critical}, rule,
                                    1.0, window.name));
  }
}

void detect_key_abuse(const DetectorView& view, std::vector<Finding>& findings) {
  for (const auto& [id, window] : view.subjects.keys) judge_refused(view, id, *window, findings);
  each_key_hour(view, [&](std::uint32_t id, const KeyHour& hour) { judge_hour(view, id, hour, findings); });
  const std::uint32_t dead_calls = view.rules.settings().key_abuse.dead_key_calls;
  if (dead_calls == 0) return;
  each_refused(view, [&](const RefusedSubject& refused) {
    if (!refused.key) return;
    const auto range = SlotRange::before(view.now, kRefusalSeconds);
    const std::uint32_t dead = view.windows.refusals().sum(refused, range).dead;
    if (dead < dead_calls) return;
    const AlertSubject subject = subject_of(refused);
    const AlertRule rule = view.rules.rule_for(AlertType::kKeyAbuse, subject);
    if (!rule.enabled) return;
    findings.push_back(abuse(subject, rule, "dead_key", dead, dead_calls, AlertLevel::kWarning));
    findings.back().numbers.calls = dead;
  });
}

}  // namespace weir
