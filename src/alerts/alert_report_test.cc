#include "alerts/alert_report.h"

#include <gmock/gmock.h>

#include "alerts/alert_fixture.h"

namespace weir {
namespace {

Alert alert_of(AlertType type, AlertSubject subject, AlertSecond second, double worst,
               bool is_false = false) {
  Alert alert;
  alert.type = type;
  alert.subject = std::move(subject);
  alert.started_at = at_second(kTestStart + second);
  alert.resolved_at = alert.started_at + Seconds(100);
  alert.numbers.threshold = type == AlertType::kKeyExpiring ? 7 : 1;
  alert.numbers.worst = worst;
  alert.false_positive = is_false;
  return alert;
}

AlertReport report_of(const std::vector<Alert>& alerts) {
  return make_alert_report(alerts, at_second(kTestStart), at_second(kTestStart + 86400));
}

TEST(AlertReport, CountsByTypeSeverityHourAndSubject) {
  std::vector<Alert> alerts;
  for (int i = 0; i < 3; ++i)
    alerts.push_back(alert_of(AlertType::kResponseTime, AlertSubject::key(KeyId(7)), 60 + i, 1.5));
  alerts.push_back(alert_of(AlertType::kErrorRate, AlertSubject::overall(), 3700, 0.2));
  alerts.back().severity = AlertSeverity::kCritical;
  alerts.back().resolved_at.reset();
  const AlertReport report = report_of(alerts);
  EXPECT_EQ(report.total.alerts, 4U);
  EXPECT_EQ(report.total.critical, 1U);
  EXPECT_EQ(report.by_type[0].alerts, 3U);
  EXPECT_EQ(report.by_hour[10].alerts, 3U);
  EXPECT_EQ(report.by_hour[11].critical, 1U);
  EXPECT_EQ(report.timeline[0].alerts, 3U);
  EXPECT_EQ(report.timeline[1].alerts, 1U);
  EXPECT_EQ(report.starts.size(), 24U);
  ASSERT_EQ(report.noisiest.size(), 2U);
  EXPECT_EQ(report.noisiest[0].subject, AlertSubject::key(KeyId(7)));
  EXPECT_EQ(report.noisiest[0].firing_seconds, 300);
  EXPECT_EQ(report.noisiest[1].firing_seconds, 86400 - 3700);
  EXPECT_EQ(report.unresolved, 1U);
}

TEST(AlertReport, SaysHowSoonAlertsAreAcknowledgedAndResolved) {
  std::vector<Alert> alerts;
  for (int i = 1; i <= 10; ++i) {
    alerts.push_back(alert_of(AlertType::kErrorRate, AlertSubject::overall(), i, 0.2));
    if (i <= 4)
      alerts.back().acknowledgement = Acknowledgement{
          .by = "ada", .comment = {}, .at = alerts.back().started_at + Seconds(i * 10), .until = {}};
    alerts.back().resolved_at = alerts.back().started_at + Seconds(i);
  }
  const AlertReport report = report_of(alerts);
  EXPECT_EQ(report.to_acknowledge.count, 4U);
  EXPECT_EQ(report.to_acknowledge.median_seconds, 20);
  EXPECT_EQ(report.to_acknowledge.p90_seconds, 40);
  EXPECT_EQ(report.to_resolve.median_seconds, 5);
  EXPECT_EQ(report.to_resolve.p90_seconds, 9);
}

TEST(AlertReport, AdvisesThresholdsByWhatWasMarkedFalse) {
  std::vector<Alert> alerts;
  const auto add = [&](double worst, bool is_false) {
    alerts.push_back(alert_of(AlertType::kResponseTime, AlertSubject::key(KeyId(1)),
                              static_cast<AlertSecond>(alerts.size()), worst, is_false));
  };
  add(1.2, true);
  add(1.4, true);
  add(1.3, false);
  add(1.5, false);
  add(3, false);
  const AlertReport report = report_of(alerts);
  ASSERT_EQ(report.advice.size(), 1U);
  const ThresholdAdvice& advice = report.advice[0];
  EXPECT_EQ(advice.threshold, 1);
  ASSERT_EQ(advice.steps.size(), 2U);
  EXPECT_EQ(advice.steps[0].threshold, 1.2);
  EXPECT_EQ(advice.steps[0].false_avoided, 1U);
  EXPECT_EQ(advice.steps[0].true_missed, 0U);
  EXPECT_EQ(advice.steps[1].threshold, 1.4);
  EXPECT_EQ(advice.steps[1].false_avoided, 2U);
  EXPECT_EQ(advice.steps[1].true_missed, 1U);
}

TEST(AlertReport, DaysLeftAreWorseTheFewerTheyAre) {
  const AlertReport report =
      report_of({alert_of(AlertType::kKeyExpiring, AlertSubject::key(KeyId(1)), 1, 5, true),
                 alert_of(AlertType::kKeyExpiring, AlertSubject::key(KeyId(2)), 2, 6),
                 alert_of(AlertType::kKeyExpiring, AlertSubject::key(KeyId(3)), 3, 0.5)});
  ASSERT_EQ(report.advice.size(), 1U);
  EXPECT_EQ(report.advice[0].threshold, 7);
  EXPECT_EQ(report.advice[0].steps.back().threshold, 5);
  EXPECT_EQ(report.advice[0].steps.back().true_missed, 1U);
}

TEST(AlertReport, OfNothingIsEmpty) {
  const AlertReport report = report_of({});
  EXPECT_EQ(report.total.alerts, 0U);
  EXPECT_TRUE(report.advice.empty());
  EXPECT_EQ(report.to_resolve.count, 0U);
}

}  // namespace
}  // namespace weir
