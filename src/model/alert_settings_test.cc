#include "model/alert_settings.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(AlertSettings, DefaultsAreTheSpecifications) {
  const AlertSettings settings;
  EXPECT_TRUE(validate(settings));
  EXPECT_EQ(settings.rule(AlertType::kResponseTime).warning, 1.0);
  EXPECT_EQ(settings.rule(AlertType::kResponseTime).critical, 2.0);
  EXPECT_EQ(settings.rule(AlertType::kErrorRate).warning, 0.05);
  EXPECT_EQ(settings.rule(AlertType::kErrorRate).critical, 0.10);
  EXPECT_EQ(settings.rule(AlertType::kUsageSpike).warning, 2.0);
  EXPECT_EQ(settings.rule(AlertType::kUsageSpike).critical, 3.0);
  EXPECT_EQ(settings.rule(AlertType::kUnauthorizedAccess).critical, 5.0);
  EXPECT_EQ(settings.rule(AlertType::kRateLimitApproaching).warning, 0.8);
}

TEST(AlertSettings, ErrorsNameTheFieldTheBoundAndTheValue) {
  AlertSettings settings;
  settings.rule(AlertType::kErrorRate).warning = 1.5;
  EXPECT_EQ(validate(settings).error().detail, "thresholds.error_rate.warning: must be 0 to 1, but is 1.5");
  settings = {};
  settings.rule(AlertType::kResponseTime).critical = 0.5;
  EXPECT_EQ(validate(settings).error().detail,
            "thresholds.response_time.critical: must be at least warning (1), but is 0.5");
  settings = {};
  settings.rule(AlertType::kResponseTime).window_seconds = 45;
  EXPECT_EQ(validate(settings).error().detail,
            "thresholds.response_time.window_seconds: must be a multiple of 10, but is 45");
  settings = {};
  settings.overrides.emplace_back();
  EXPECT_EQ(validate(settings).error().detail,
            "overrides[0]: must name an environment, an endpoint, a key or a plan");
}

TEST(AlertSettings, NamesAreReadBack) {
  for (std::size_t i = 0; i < kAlertTypes; ++i) {
    const auto type = static_cast<AlertType>(i);
    EXPECT_EQ(parse_alert_type(to_string(type)), type);
  }
  EXPECT_FALSE(parse_alert_type("none"));
  EXPECT_FALSE(parse_alert_severity("none"));
}

}  // namespace
}  // namespace weir
