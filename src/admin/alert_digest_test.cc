#include "admin/alert_digest.h"

#include <gmock/gmock.h>

namespace weir {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const UtcTime kFrom = parse_rfc3339("2026-11-16T00:00:00Z").value();
const UtcTime kTo = parse_rfc3339("2026-11-23T00:00:00Z").value();

Alert alert_of(AlertType type, AlertSubject subject, int hour, bool is_false = false) {
  Alert alert;
  alert.type = type;
  alert.subject = std::move(subject);
  alert.started_at = kFrom + std::chrono::hours(hour);
  alert.resolved_at = alert.started_at + Seconds(600);
  alert.numbers.threshold = 1;
  alert.numbers.worst = 1.5;
  alert.false_positive = is_false;
  return alert;
}

AlertNames names() {
  return {.endpoint = [](EndpointId) { return std::string("/a<b>\r\n"); },
          .key = [](KeyId) { return std::string("zoë"); }};
}

Letter digest(const std::vector<Alert>& alerts, std::int16_t offset = 0) {
  const std::chrono::minutes shift(offset);
  return alert_digest(make_alert_report(alerts, kFrom - shift, kTo - shift), names(),
                      {.environment = "production", .utc_offset_minutes = offset});
}

std::vector<Alert> some() {
  std::vector<Alert> alerts;
  for (int hour : {1, 2, 3})
    alerts.push_back(
        alert_of(AlertType::kResponseTime, AlertSubject::endpoint(EndpointId(1)), hour, hour == 1));
  alerts.push_back(alert_of(AlertType::kErrorRate, AlertSubject::key(KeyId(7)), 4));
  alerts.back().severity = AlertSeverity::kCritical;
  alerts.back().resolved_at.reset();
  return alerts;
}

TEST(AlertDigest, ItsSubjectNamesTheWeek) {
  EXPECT_EQ(digest(some()).subject, "[production] 4 alerts, 1 of them critical: 16 to 22 November 2026");
  EXPECT_EQ(digest({}).subject, "[production] no alerts: 16 to 22 November 2026");
  EXPECT_EQ(digest({}, 120).subject, "[production] no alerts: 16 to 22 November 2026");
  EXPECT_EQ(digest({}, -480).subject, "[production] no alerts: 16 to 22 November 2026");
  const auto of = [](const char* from, const char* to) {
    return alert_digest(make_alert_report({}, parse_rfc3339(from).value(), parse_rfc3339(to).value()), {}, {})
        .subject;
  };
  EXPECT_EQ(of("2026-11-28T00:00:00Z", "2026-12-05T00:00:00Z"), "no alerts: 28 November to 4 December 2026");
  EXPECT_EQ(of("2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
            "no alerts: 28 December 2026 to 3 January 2027");
  EXPECT_EQ(of("2026-11-22T00:00:00Z", "2026-11-28T09:30:00Z"), "no alerts: 22 to 28 November 2026");
}

TEST(AlertDigest, HasTheNumbersOfTheReportInBothParts) {
  const Letter letter = digest(some());
  EXPECT_THAT(letter.text,
              AllOf(HasSubstr("Alerts:          4, of 2 subjects\n"),
                    HasSubstr("Marked as false: 1 (25.0 %)\n"), HasSubstr("Not resolved:    1\n"),
                    HasSubstr("Resolved:        3, half of them within 10 min, 90 % within 10 min"),
                    HasSubstr("  response_time       3        3         0             1\n"),
                    HasSubstr("  error_rate          1        0         1             0\n")));
  for (const std::string& part : {letter.text, letter.html}) {
    EXPECT_THAT(part,
                AllOf(HasSubstr("key 7 (zoë)"), HasSubstr("1 of 1"), HasSubstr("2 of 2"),
                      HasSubstr("docs/alerts.md#error_rate"), Not(HasSubstr("docs/alerts.md#usage_spike")),
                      HasSubstr("docs/notifications.md#weekly-digest")));
  }
}

TEST(AlertDigest, NamesOfSubjectsAreNoMarkupAndNoLines) {
  const Letter letter = digest(some());
  EXPECT_THAT(letter.html, AllOf(Not(HasSubstr("/a<b>")), HasSubstr("/a&lt;b&gt;")));
  EXPECT_THAT(letter.text, AllOf(HasSubstr("endpoint /a<b>  "), Not(HasSubstr("\r"))));
}

TEST(AlertDigest, AQuietWeekIsShort) {
  const Letter letter = digest({});
  EXPECT_THAT(letter.text, AllOf(HasSubstr("No alert fired."), HasSubstr("Acknowledged:    none"),
                                 Not(HasSubstr("Noisiest"))));
}

}  // namespace
}  // namespace weir
