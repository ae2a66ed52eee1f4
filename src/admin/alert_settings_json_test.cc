#include "admin/alert_settings_json.h"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace weir {
namespace {

std::string text_of(const AlertSettings& settings) {
  return boost::json::serialize(to_json(settings));
}

std::string problem_of(std::string_view document) {
  const auto parsed = parse_alert_settings(document);
  return parsed ? "none" : parsed.error().detail;
}

TEST(AlertSettingsJson, TheDefaultsAreTheSpecifications) {
  const auto settings = parse_alert_settings("{}");
  ASSERT_TRUE(settings);
  const AlertRule& slow = settings->rule(AlertType::kResponseTime);
  EXPECT_EQ(slow.warning, 1.0);
  EXPECT_EQ(slow.critical, 2.0);
  EXPECT_EQ(text_of(*settings), text_of(AlertSettings()));
}

TEST(AlertSettingsJson, EverythingComesBack) {
  AlertSettings settings;
  settings.rule(AlertType::kErrorRate).warning.reset();
  settings.rule(AlertType::kUsageSpike).enabled = false;
  settings.statistic = LatencyStatistic::kMax;
  settings.error_statuses = {{500, 599}, {429, 429}, {401, 403}};
  settings.key_abuse.refused_share = 0.25;
  settings.usage_spike.consecutive_windows = 2;
  AlertOverride special;
  special.type = AlertType::kResponseTime;
  special.environment = "staging";
  special.endpoint = "/v1/reports/*";
  special.key = KeyId(7);
  special.plan = "free";
  special.warning = 5;
  special.critical = 6;
  special.minimum_calls = 3;
  settings.overrides = {special};
  EscalationPolicy policy;
  policy.name = "nights";
  policy.types = {AlertType::kErrorRate};
  policy.steps = {{.after_seconds = 300, .channels = {"pager"}, .recipients = {}}};
  settings.escalation = {policy};
  const auto again = parse_alert_settings(text_of(settings));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(text_of(*again), text_of(settings));
}

TEST(AlertSettingsJson, AMissingFieldHasItsDefaultAndNullTakesAThresholdAway) {
  const auto settings =
      parse_alert_settings(R"({"thresholds":{"response_time":{"warning":null,"critical":3}}})");
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_FALSE(settings->rule(AlertType::kResponseTime).warning);
  EXPECT_EQ(settings->rule(AlertType::kResponseTime).critical, 3.0);
  EXPECT_EQ(settings->rule(AlertType::kErrorRate).warning, 0.05);
}

TEST(AlertSettingsJson, WhatIsWrongIsNamed) {
  EXPECT_EQ(problem_of(R"({"threshold":{}})").substr(0, 9), "threshold");
  EXPECT_NE(problem_of(R"({"thresholds":{"response_time":{"warning":"1"}}})")
                .find("thresholds.response_time.warning: must be a number, but is a string"),
            std::string::npos);
  EXPECT_NE(problem_of(R"({"thresholds":{"response_time":{"warning":-1}}})")
                .find("thresholds.response_time.warning: must be a number from 0"),
            std::string::npos);
  EXPECT_NE(problem_of(R"({"thresholds":{"slow":{}}})").find("thresholds"), std::string::npos);
  EXPECT_NE(problem_of(R"({"thresholds":{"error_rate":{"statuses":["5xy"]}}})").find("'5xy'"),
            std::string::npos);
  EXPECT_NE(problem_of(R"({"overrides":[{"type":"fast"}]})").find("overrides[0].type"), std::string::npos);
  EXPECT_NE(problem_of(R"({"escalation":[{"name":"a","severity":"bad"}]})").find("escalation[0].severity"),
            std::string::npos);
}

}  // namespace
}  // namespace weir
