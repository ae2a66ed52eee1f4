#include "alerts/alert_text.h"

#include <cmath>

#include <fmt/format.h>

namespace weir {
namespace {

std::string percent(double ratio) {
  return fmt::format("{:.3g} %", ratio * 100);
}

std::string abuse_title(const Alert& alert, const std::string& subject) {
  const AlertNumbers& numbers = alert.numbers;
  if (numbers.rule == "dead_key")
    return fmt::format("{} is deactivated or expired and still in use: {:.0f} calls", subject, numbers.value);
  if (numbers.rule == "scanning")
    return fmt::format("{} asks for unknown paths: {:.0f} different ones in an hour", subject, numbers.value);
  if (numbers.rule == "mostly_refused")
    return fmt::format("{} of the calls of {} are refused", percent(numbers.value), subject);
  return fmt::format("{} calls from {:.3g} times as many sources as normal", subject, numbers.value);
}

}  // namespace

std::string subject_text(const AlertSubject& subject, const AlertNames& names) {
  switch (subject.kind) {
    case SubjectKind::kOverall:
      return "all traffic";
    case SubjectKind::kEndpoint: {
      const std::string name = names.endpoint ? names.endpoint(EndpointId(subject.id)) : std::string();
      return name.empty() ? fmt::format("endpoint {}", subject.id) : fmt::format("endpoint {}", name);
    }
    case SubjectKind::kKey: {
      const std::string name = names.key ? names.key(KeyId(subject.id)) : std::string();
      return name.empty() ? fmt::format("key {}", subject.id) : fmt::format("key {} ({})", subject.id, name);
    }
    case SubjectKind::kSource:
      return fmt::format("source {}", subject.text);
    case SubjectKind::kChannel:
      return fmt::format("channel {}", subject.text);
  }
  return {};
}

std::string alert_title(const Alert& alert, const AlertNames& names) {
  const AlertNumbers& numbers = alert.numbers;
  const std::string subject = subject_text(alert.subject, names);
  switch (alert.type) {
    case AlertType::kResponseTime:
      return fmt::format("{} response time of {} is {:.3g} s, above {:g} s", numbers.rule, subject,
                         numbers.value, numbers.threshold);
    case AlertType::kErrorRate:
      return fmt::format("{} of the calls of {} are errors, above {}", percent(numbers.value), subject,
                         percent(numbers.threshold));
    case AlertType::kUsageSpike:
      return fmt::format("{} makes {:.3g} times its normal {:.3g} calls a minute", subject, numbers.value,
                         numbers.baseline);
    case AlertType::kUnauthorizedAccess:
      return fmt::format("{:.0f} refused calls of {} within an hour, above {:g}", numbers.value, subject,
                         numbers.threshold);
    case AlertType::kRateLimitApproaching:
      if (alert.severity == AlertSeverity::kCritical)
        return fmt::format("{} is over its limit for {}", subject, numbers.rule);
      return fmt::format("{} has used {} of its limit for {}", subject, percent(numbers.value), numbers.rule);
    case AlertType::kKeyAbuse:
      return abuse_title(alert, subject);
    case AlertType::kKeyExpiring:
      return fmt::format("{} expires in {:.2g} days", subject, numbers.value);
    case AlertType::kRecordsDropped:
      return fmt::format("{:.0f} records of calls were dropped: the journal is full", numbers.value);
    case AlertType::kDeliveryFailed:
      return fmt::format("{:.0f} messages to {} could not be delivered", numbers.value, subject);
    case AlertType::kUpstreamDown:
      return fmt::format("{} of the calls passed on find the upstream unavailable", percent(numbers.value));
  }
  return {};
}

AlertNotice make_notice(const AlertEvent& event, const std::string& environment, const AlertNames& names) {
  const Alert& alert = event.alert;
  AlertNotice notice;
  notice.alert_id = alert.id.value();
  notice.alert_type = to_string(alert.type);
  notice.severity = to_string(alert.severity);
  notice.state = to_string(alert.state);
  notice.subject_kind = to_string(alert.subject.kind);
  notice.subject = subject_text(alert.subject, names);
  notice.key_id = alert.subject.kind == SubjectKind::kKey ? alert.subject.id : 0;
  notice.environment = environment;
  notice.title = alert_title(alert, names);
  notice.summary =
      fmt::format("{} of {} calls in {} s; at worst {:.4g} {}", alert.numbers.rule, alert.numbers.calls,
                  alert.numbers.window_seconds, alert.numbers.worst, unit_of(alert.type));
  notice.value = std::isfinite(alert.numbers.value) ? alert.numbers.value : 0;
  notice.threshold = alert.numbers.threshold;
  notice.unit = unit_of(alert.type);
  notice.window = Seconds(alert.numbers.window_seconds);
  notice.count = alert.count;
  notice.started_at = alert.started_at;
  notice.updated_at = event.at;
  notice.resolved_at = alert.resolved_at;
  if (alert.acknowledgement) notice.acknowledged_by = alert.acknowledgement->by;
  notice.comment = event.text;
  notice.runbook = fmt::format("docs/alerts.md#{}", to_string(alert.type));
  return notice;
}

}  // namespace weir
