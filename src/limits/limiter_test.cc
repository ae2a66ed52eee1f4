#include "limits/limiter.h"

#include "limits/limiter_fixture.h"

namespace weir {
namespace {

using LimiterTest = LimiterFixture;

void expect_window(const WindowState& state, std::uint32_t limit, std::uint32_t remaining,
                   std::uint32_t reset) {
  EXPECT_EQ(state.limit, limit);
  EXPECT_EQ(state.remaining, remaining);
  EXPECT_EQ(state.reset_seconds, reset);
}

TEST_F(LimiterTest, TheFirstRequestOpensEveryWindow) {
  open({});
  const Decision decision = take();
  EXPECT_TRUE(decision.admitted);
  ASSERT_EQ(decision.window_count, 3);
  expect_window(decision.windows[0], 100, 99, 60);
  expect_window(decision.windows[1], 1000, 999, 3600);
  expect_window(decision.windows[2], 10000, 9999, 86400);
}

TEST_F(LimiterTest, ResetIsRoundedUp) {
  open({});
  (void)take();
  clock_.advance(Millis(500));
  EXPECT_EQ(peek().windows[0].reset_seconds, 60U);
  clock_.advance(Millis(500));
  EXPECT_EQ(peek().windows[0].reset_seconds, 59U);
  clock_.advance(Millis(58'999));
  EXPECT_EQ(peek().windows[0].reset_seconds, 1U);
}

TEST_F(LimiterTest, AWindowNotOpenIsFullAndResetsInZeroSeconds) {
  open({});
  expect_window(peek().windows[0], 100, 100, 0);
  (void)take();
  clock_.advance(Seconds(60));
  const Decision decision = peek();
  expect_window(decision.windows[0], 100, 100, 0);
  expect_window(decision.windows[1], 1000, 999, 3540);
}

TEST_F(LimiterTest, RefusesPastTheLimitAndSaysUntilWhen) {
  open(one_window(3));
  EXPECT_EQ(admitted(3), 3);
  clock_.advance(Millis(1'500));
  const Decision decision = take();
  EXPECT_FALSE(decision.admitted);
  EXPECT_FALSE(decision.shadow_limited);
  EXPECT_EQ(decision.refused_window, 0);
  EXPECT_EQ(decision.retry_after_seconds, 59U);
  expect_window(decision.windows[0], 3, 0, 59);
  clock_.advance(Millis(58'500));
  EXPECT_EQ(admitted(5), 3);
}

TEST_F(LimiterTest, TheOrderOfRefusalIsTheOrderOfConfiguration) {
  LimitSettings settings;
  settings.windows = {{"long", 100, 2}, {"short", 10, 1}, {"other", 10, 1}};
  open(settings);
  EXPECT_TRUE(take().admitted);
  EXPECT_EQ(take().refused_window, 1);
  clock_.advance(Seconds(10));
  EXPECT_TRUE(take().admitted);
  EXPECT_EQ(take().refused_window, 0);
}

TEST_F(LimiterTest, ARefusedRequestIsChargedToNoWindowAndOpensNone) {
  LimitSettings settings;
  settings.windows = {{"wide", 100, 10}, {"narrow", 50, 1}};
  open(settings);
  EXPECT_EQ(admitted(4), 1);
  EXPECT_EQ(peek().windows[0].remaining, 9U);
  settings.windows[1].limit = 0;
  ASSERT_TRUE(limiter_->reconfigure(settings));
  EXPECT_FALSE(take(2).admitted);
  expect_window(peek(2).windows[0], 10, 10, 0);
}

TEST_F(LimiterTest, ACostIsTakenWholeOrNotAtAll) {
  open(one_window(10));
  EXPECT_TRUE(take(1, 7).admitted);
  EXPECT_FALSE(take(1, 4).admitted);
  EXPECT_EQ(take(1, 3).windows[0].remaining, 0U);
  EXPECT_EQ(take(2, 11).retry_after_seconds, 60U);
}

TEST_F(LimiterTest, AFreeRequestTakesNothingAndIsNotRefused) {
  open(one_window(1));
  expect_window(take(1, 0).windows[0], 1, 1, 0);
  EXPECT_TRUE(take().admitted);
  EXPECT_TRUE(take(1, 0).admitted);
  EXPECT_FALSE(take().admitted);
}

TEST_F(LimiterTest, ALimitOfZeroRefusesAlways) {
  open(one_window(0));
  EXPECT_FALSE(take().admitted);
  EXPECT_FALSE(take(1, 0).admitted);
  expect_window(take().windows[0], 0, 0, 0);
}

TEST_F(LimiterTest, AnUnlimitedWindowCountsAndNeverRefuses) {
  open(one_window(kUnlimited));
  EXPECT_TRUE(take(1, UINT32_MAX).admitted);
  EXPECT_TRUE(take(1, UINT32_MAX).admitted);
  EXPECT_EQ(peek().windows[0].remaining, kUnlimited);
  ASSERT_TRUE(limiter_->reconfigure(one_window(1'000'000)));
  EXPECT_FALSE(take().admitted);
}

TEST_F(LimiterTest, ShadowModeCountsAndReportsButRefusesNothing) {
  LimitSettings settings = one_window(2);
  settings.shadow = true;
  open(settings);
  EXPECT_FALSE(take(1, 2).shadow_limited);
  const Decision decision = take();
  EXPECT_TRUE(decision.admitted);
  EXPECT_TRUE(decision.shadow_limited);
  EXPECT_EQ(decision.refused_window, 0);
  expect_window(decision.windows[0], 2, 0, 60);
  ASSERT_TRUE(limiter_->reconfigure(one_window(4)));
  EXPECT_EQ(peek().windows[0].remaining, 1U);
}

TEST_F(LimiterTest, QuotasGoOverTheDefaultsAndOutliveReconfigure) {
  LimitSettings settings = one_window(5);
  settings.plans = {{"partner", {{"minute", 50}}}};
  open(settings);
  const QuotaId partner = limiter_->quota_id("partner", {});
  const QuotaId own = limiter_->quota_id("partner", {{"minute", 7}});
  EXPECT_EQ(limiter_->quota_id("", {}), QuotaId());
  EXPECT_EQ(limiter_->quota_id("partner", {}), partner);
  EXPECT_NE(own, partner);
  EXPECT_EQ(peek(1, partner).windows[0].limit, 50U);
  EXPECT_EQ(peek(1, own).windows[0].limit, 7U);
  EXPECT_EQ(peek(1, QuotaId(999)).windows[0].limit, 5U);
  settings.plans["partner"]["minute"] = 60;
  ASSERT_TRUE(limiter_->reconfigure(settings));
  EXPECT_EQ(peek(1, partner).windows[0].limit, 60U);
  EXPECT_EQ(peek(1, own).windows[0].limit, 7U);
}

TEST_F(LimiterTest, AKeyWithoutRoomIsAdmittedUncounted) {
  open(one_window(1));
  for (const std::uint32_t key : {0U, kLimiterKeysMax, UINT32_MAX}) {
    (void)take(key);
    const Decision decision = take(key);
    EXPECT_TRUE(decision.admitted);
    expect_window(decision.windows[0], 1, 1, 0);
  }
}

TEST_F(LimiterTest, ReserveNamesItsBound) {
  open(one_window(1));
  const auto reserved = limiter_->reserve(KeyId(kLimiterKeysMax));
  ASSERT_FALSE(reserved);
  EXPECT_EQ(reserved.error().code, ErrorCode::kFull);
}

TEST_F(LimiterTest, KeysCountApart) {
  open(one_window(2));
  EXPECT_EQ(admitted(5, 1), 2);
  EXPECT_EQ(admitted(5, 2), 2);
}

TEST_F(LimiterTest, TheDecisionNamesTheSettingsItWasMadeBy) {
  open(one_window(5));
  const EpochGuard guard;
  const Decision before = take();
  ASSERT_TRUE(limiter_->reconfigure(one_window(6)));
  const Decision after = take();
  EXPECT_NE(before.settings_generation, after.settings_generation);
  EXPECT_EQ(before.settings->windows[0].limit, 5U);
  EXPECT_EQ(after.settings->windows[0].limit, 6U);
}

TEST_F(LimiterTest, SlidingLetsNoBurstThroughWhereTwoWindowsMeet) {
  LimitSettings settings = one_window(10, 10);
  settings.algorithm = LimitAlgorithm::kSliding;
  open(settings);
  EXPECT_EQ(admitted(20), 10);
  clock_.advance(Seconds(10));
  EXPECT_EQ(admitted(20), 0);
  const Decision refused = take();
  EXPECT_EQ(refused.retry_after_seconds, 1U);
  clock_.advance(Seconds(5));
  EXPECT_EQ(admitted(20), 5);
  EXPECT_EQ(peek().windows[0].reset_seconds, 15U);
  clock_.advance(Seconds(15));
  expect_window(peek().windows[0], 10, 10, 0);
}

}  // namespace
}  // namespace weir
