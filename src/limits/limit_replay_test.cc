#include "limits/limit_replay.h"

#include <random>

#include <gmock/gmock.h>

#include "limits/limiter_fixture.h"

namespace weir {
namespace {

constexpr UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

LimitSettings settings_of(std::uint32_t minute, std::uint32_t hour) {
  LimitSettings settings;
  settings.windows = {{"minute", 60, minute}, {"hour", 3600, hour}};
  return settings;
}

std::function<Quota(KeyId)> defaults_of(const LimitSettings& settings) {
  return [settings](KeyId) { return resolve_quota(settings, {}, {}); };
}

TEST(LimitReplay, CountsWhoWouldHaveBeenRefusedByWhichWindowAndWhen) {
  const LimitSettings settings = settings_of(10, 25);
  LimitReplay replay(settings, defaults_of(settings));
  for (int minute = 0; minute < 4; ++minute) {
    for (int i = 0; i < 12; ++i) replay.take({.key = KeyId(1), .at = kNow + Seconds(60 * minute + i)});
  }
  replay.take({.key = KeyId(2), .at = kNow + Seconds(300)});
  const ReplayedLimits& key = *replay.find(KeyId(1));
  EXPECT_EQ(key.calls, 48U);
  EXPECT_EQ(key.refused_by[0], 4U);        // two in each of the first two minutes
  EXPECT_EQ(key.refused_by[1], 7U + 12U);  // 25 an hour: five in the third minute, none in the fourth
  EXPECT_EQ(key.refused, 23U);
  EXPECT_EQ(key.first_refused_at, kNow + Seconds(10));
  EXPECT_EQ(key.peaks[0].used, 10U);
  EXPECT_EQ(key.peaks[1].used, 25U);
  EXPECT_EQ(replay.find(KeyId(2))->refused, 0U);
}

TEST(LimitReplay, FillsWindowsBeforeItCounts) {
  const LimitSettings settings = settings_of(10, kUnlimited);
  LimitReplay replay(settings, defaults_of(settings));
  for (int i = 0; i < 10; ++i) replay.take({.key = KeyId(1), .at = kNow, .counts = false});
  replay.take({.key = KeyId(1), .at = kNow + Seconds(30)});
  const ReplayedLimits& key = *replay.find(KeyId(1));
  EXPECT_EQ(key.calls, 1U);
  EXPECT_EQ(key.refused, 1U);
}

TEST(LimitReplay, SaysWhichWindowsAreNearTheirEnd) {
  const LimitSettings settings = settings_of(10, 100);
  LimitReplay replay(settings, defaults_of(settings));
  for (int i = 0; i < 8; ++i) replay.take({.key = KeyId(1), .at = kNow});
  std::vector<LimitLevel> levels;
  replay.levels(KeyId(1), kNow + Seconds(20), 0.8, levels);
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_EQ(levels[0].window, 0);
  EXPECT_EQ(levels[0].used, 8U);
  EXPECT_EQ(levels[0].reset_seconds, 40U);
  levels.clear();
  replay.levels(KeyId(1), kNow + Seconds(60), 0.8, levels);
  EXPECT_TRUE(levels.empty());
}

TEST(LimitReplay, TakesWhatACallCostsWholeOrNotAtAll) {
  const LimitSettings settings = settings_of(10, 100);
  LimitReplay replay(settings, defaults_of(settings));
  for (const std::uint32_t cost : {6U, 5U, 0U, 4U, 0U})
    replay.take({.key = KeyId(1), .at = kNow, .cost = cost});
  const ReplayedLimits& key = *replay.find(KeyId(1));
  EXPECT_EQ(key.calls, 5U);
  EXPECT_EQ(key.refused, 1U);  // the second: five more than there is room for
  EXPECT_EQ(key.peaks[0].used, 10U);
}

class LimitReplayAsTheLimiter : public LimiterFixture, public testing::WithParamInterface<LimitAlgorithm> {};

TEST_P(LimitReplayAsTheLimiter, DecidesAsTheLimiterDoes) {
  LimitSettings settings = settings_of(20, 120);
  settings.algorithm = GetParam();
  open(settings);
  LimitReplay replay(settings, defaults_of(settings));
  std::mt19937_64 random(3);
  std::uint64_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    clock_.advance(Millis(random() % 900));
    const KeyId key(static_cast<std::uint32_t>(1 + random() % 3));
    const auto cost = static_cast<std::uint32_t>(random() % 4);  // 0: free
    const Decision decision = take(key.value(), cost);
    const std::uint64_t before = i == 0 || replay.find(key) == nullptr ? 0 : replay.find(key)->refused;
    replay.take({.key = key, .at = clock_.utc(), .cost = cost});
    const ReplayedLimits& state = *replay.find(key);
    ASSERT_EQ(state.refused - before, decision.admitted ? 0U : 1U) << i;
    refused += decision.admitted ? 0 : 1;
    std::vector<LimitLevel> levels;
    replay.levels(key, clock_.utc(), 0, levels);
    for (const LimitLevel& level : levels) {
      const WindowState& shown = decision.windows[level.window];
      ASSERT_EQ(shown.limit - shown.remaining, std::min(level.used, level.limit)) << i;
      ASSERT_EQ(shown.reset_seconds, level.reset_seconds) << i;
    }
  }
  EXPECT_GT(refused, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, LimitReplayAsTheLimiter,
                         testing::Values(LimitAlgorithm::kFixed, LimitAlgorithm::kSliding));

}  // namespace
}  // namespace weir
