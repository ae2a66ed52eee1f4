#include "alerts/rule_book.h"

#include <cmath>

#include <gtest/gtest.h>

namespace weir {
namespace {

AlertOverride exception_of(AlertType type) {
  AlertOverride exception;
  exception.type = type;
  return exception;
}

TEST(RuleBook, WhatAllRulesOfATypeFindClearIsBelowTheirLowestThreshold) {
  AlertSettings settings;
  const AlertDirectory directory;
  EXPECT_DOUBLE_EQ(RuleBook(settings, "", directory).clear_up_to(AlertType::kResponseTime), 0.9);
  settings.overrides = {exception_of(AlertType::kResponseTime), exception_of(AlertType::kErrorRate)};
  settings.overrides[0].critical = 0.4;
  settings.overrides[1].warning = 0.01;
  EXPECT_DOUBLE_EQ(RuleBook(settings, "", directory).clear_up_to(AlertType::kResponseTime), 0.36);
  settings.overrides.clear();
  settings.rule(AlertType::kResponseTime).warning.reset();
  EXPECT_DOUBLE_EQ(RuleBook(settings, "", directory).clear_up_to(AlertType::kResponseTime), 1.8);
  settings.rule(AlertType::kResponseTime).critical.reset();
  EXPECT_TRUE(std::isinf(RuleBook(settings, "", directory).clear_up_to(AlertType::kResponseTime)));
}

TEST(RuleBook, TheFewestCallsAnyRuleWantsAreThoseOfExceptionsToo) {
  AlertSettings settings;
  const AlertDirectory directory;
  EXPECT_EQ(RuleBook(settings, "", directory).least_calls(AlertType::kUsageSpike), 100U);
  settings.overrides = {exception_of(AlertType::kUsageSpike), exception_of(AlertType::kErrorRate)};
  settings.overrides[0].minimum_calls = 30;
  settings.overrides[1].minimum_calls = 1;
  EXPECT_EQ(RuleBook(settings, "", directory).least_calls(AlertType::kUsageSpike), 30U);
}

}  // namespace
}  // namespace weir
