#include "model/limit_settings.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

/// What validate says of the defaults changed by `change`; empty when it has no objection.
template <class Change>
std::string complaint(Change&& change) {
  LimitSettings settings;
  change(settings);
  const auto result = validate(settings);
  if (result) return {};
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
  return result.error().detail;
}

TEST(LimitSettings, DefaultsAreTheSpecifications) {
  const LimitSettings settings;
  EXPECT_TRUE(validate(settings));
  const Quota quota = resolve_quota(settings, "", {});
  EXPECT_EQ(quota[0], 100U);
  EXPECT_EQ(quota[1], 1000U);
  EXPECT_EQ(quota[2], 10000U);
  for (std::size_t i = 3; i < kWindowsMax; ++i) EXPECT_EQ(quota[i], kUnlimited);
}

TEST(LimitSettings, OwnLimitsGoOverThePlansAndThoseOverTheDefaults) {
  LimitSettings settings;
  settings.plans = {{"partner", {{"minute", 500}, {"hour", 5000}}}};
  const Quota plan = resolve_quota(settings, "partner", {});
  EXPECT_EQ(plan[0], 500U);
  EXPECT_EQ(plan[1], 5000U);
  EXPECT_EQ(plan[2], 10000U);
  const Quota own = resolve_quota(settings, "partner", {{"minute", 7}, {"day", kUnlimited}, {"century", 1}});
  EXPECT_EQ(own[0], 7U);
  EXPECT_EQ(own[1], 5000U);
  EXPECT_EQ(own[2], kUnlimited);
  EXPECT_EQ(resolve_quota(settings, "no such plan", {})[0], 100U);
}

TEST(LimitSettings, OneToSevenWindows) {
  EXPECT_NE(complaint([](auto& s) { s.windows.clear(); }).find("0 are given"), std::string::npos);
  EXPECT_EQ(complaint([](auto& s) {
              for (char c = 'a'; c < 'e'; ++c) s.windows.push_back({std::string(1, c), 1, 1});
            }),
            "");
  EXPECT_NE(complaint([](auto& s) {
              for (char c = 'a'; c < 'f'; ++c) s.windows.push_back({std::string(1, c), 1, 1});
            }).find("8 are given"),
            std::string::npos);
}

TEST(LimitSettings, WindowNamesFitIntoHeaderNames) {
  for (const char* name :
       {"", "Minute", "1st", "_a", "per-day", "a b", "minüte", "a23456789012345678901234567890123"}) {
    EXPECT_NE(complaint([&](auto& s) { s.windows[1].name = name; }), "") << name;
  }
  EXPECT_EQ(complaint([](auto& s) { s.windows[1].name = "a2345678901234567890123456789_12"; }), "");
  EXPECT_NE(complaint([](auto& s) { s.windows[1].name = "minute"; }).find("'minute' is given twice"),
            std::string::npos);
}

TEST(LimitSettings, WindowsLastOneSecondTo366Days) {
  const auto seconds = [](std::uint32_t n) { return complaint([n](auto& s) { s.windows[0].seconds = n; }); };
  EXPECT_NE(seconds(0).find("'minute' is 1 to 31622400, not 0"), std::string::npos);
  EXPECT_EQ(seconds(1), "");
  EXPECT_EQ(seconds(366 * 86400), "");
  EXPECT_NE(seconds(366 * 86400 + 1), "");
}

TEST(LimitSettings, PlansNameWindowsThereAre) {
  EXPECT_EQ(complaint([](auto& s) { s.plans = {{"free", {{"minute", 0}}}}; }), "");
  EXPECT_NE(complaint([](auto& s) {
              s.plans = {{"free", {{"week", 1}}}};
            }).find("plan 'free' names 'week'"),
            std::string::npos);
  EXPECT_NE(complaint([](auto& s) { s.plans = {{"", {}}}; }), "");
}

TEST(LimitSettings, AlgorithmsHaveNames) {
  for (const auto algorithm : {LimitAlgorithm::kFixed, LimitAlgorithm::kSliding}) {
    EXPECT_EQ(parse_limit_algorithm(to_string(algorithm)).value(), algorithm);
  }
  EXPECT_NE(parse_limit_algorithm("leaky").error().detail.find("'leaky'"), std::string::npos);
}

}  // namespace
}  // namespace weir
