// Detectors of weir's own health and of what stands behind it.
#include <algorithm>
#include <chrono>

#include "alerts/detector_tools.h"
#include "base/breath.h"

namespace weir {
namespace {

constexpr double kDaySeconds = 86400;

/// Judges one value of a type with a rule for its subject.
void judge_value(const DetectorView& view, AlertType type, AlertSubject subject, double value,
                 std::string rule_name, std::vector<Finding>& findings) {
  const AlertRule rule = view.rules.rule_for(type, subject);
  const JudgedValue judged = judge(type, rule, value);
  if (!rule.enabled || judged.level < AlertLevel::kWarning) return;
  findings.push_back(make_finding(type, std::move(subject), judged, rule, value, std::move(rule_name)));
}

void judge_upstream(const DetectorView& view, std::vector<Finding>& findings) {
  constexpr auto kType = AlertType::kUpstreamDown;
  const AlertRule rule = view.rules.rule_for(kType, AlertSubject::overall());
  if (!rule.enabled) return;
  const TrafficCounts counts = view.windows.upstream().sum(SlotRange::before(view.now, rule.window_seconds));
  if (counts.calls < rule.minimum_calls) return;
  const double value = static_cast<double>(counts.errors) / counts.calls;
  const JudgedValue judged = judge(kType, rule, value);
  if (judged.level == AlertLevel::kClear) return;
  findings.push_back(make_finding(kType, AlertSubject::overall(), judged, rule, value, "unavailable"));
  findings.back().numbers.calls = counts.calls;
  findings.back().numbers.series = series_of_counts(
      view, rule.window_seconds, view.windows.upstream(),
      [](const TrafficCounts& part) { return static_cast<double>(part.errors) / part.calls; });
}

/// One a type and subject, the gravest first, in an order that does not depend on hash tables.
bool is_before(const Finding& a, const Finding& b) {
  if (a.type != b.type) return a.type < b.type;
  if (a.subject != b.subject) return a.subject < b.subject;
  if (a.level != b.level) return a.level > b.level;
  if (a.for_seconds != b.for_seconds) return a.for_seconds < b.for_seconds;
  return a.numbers.rule < b.numbers.rule;
}

/// Findings are large and may be tens of thousands: what is moved about while sorting is what tells most
/// apart.
std::vector<Finding> sorted(std::vector<Finding> findings) {
  if (findings.size() < 2) return findings;
  struct Place {
    std::uint64_t order;  // type, kind and number of the subject
    std::uint32_t index;
  };
  std::vector<Place> places;
  places.reserve(findings.size());
  for (const Finding& finding : findings) {
    const auto type = static_cast<std::uint64_t>(finding.type);
    const auto kind = static_cast<std::uint64_t>(finding.subject.kind);
    places.push_back({.order = type << 40 | kind << 32 | finding.subject.id,
                      .index = static_cast<std::uint32_t>(places.size())});
  }
  std::sort(places.begin(), places.end(), [&findings](const Place& a, const Place& b) {
    if (a.order != b.order) return a.order < b.order;
    return is_before(findings[a.index], findings[b.index]);
  });
  std::vector<Finding> in_order;
  in_order.reserve(findings.size());
  for (const Place& place : places) in_order.push_back(std::move(findings[place.index]));
  return in_order;
}

}  // namespace

void detect_health(const DetectorView& view, std::vector<Finding>& findings) {
  judge_upstream(view, findings);
  const UtcTime now{Seconds(view.now)};
  for (const KeyExpiry& expiry : view.inputs.expiring) {
    if (expiry.expires_at <= now) continue;  // its use is key_abuse then
    const double days = std::chrono::duration<double>(expiry.expires_at - now).count() / kDaySeconds;
    judge_value(view, AlertType::kKeyExpiring, AlertSubject::key(expiry.key), days, "days_left", findings);
  }
  if (view.inputs.dropped_recently > 0) {
    judge_value(view, AlertType::kRecordsDropped, AlertSubject::overall(),
                static_cast<double>(view.inputs.dropped_recently), "journal", findings);
  }
  for (const ChannelHealth& channel : view.inputs.channels) {
    if (channel.failed == 0) continue;
    judge_value(view, AlertType::kDeliveryFailed, AlertSubject::channel(channel.name),
                static_cast<double>(channel.failed), "failed", findings);
  }
}

std::vector<Finding> detect(const DetectorView& view, LimitMemory& memory, LatencySum& scratch) {
  std::vector<Finding> findings;
  detect_response_time(view, scratch, findings);
  breathe();
  detect_error_rate(view, findings);
  breathe();
  detect_usage_spike(view, findings);
  breathe();
  detect_unauthorized_access(view, findings);
  breathe();
  detect_rate_limits(view, memory, findings);
  breathe();
  detect_key_abuse(view, findings);
  breathe();
  detect_health(view, findings);
  return sorted(std::move(findings));
}

}  // namespace weir
