// What survives: kills, reconfiguration in mid-window, wall-clock steps, damaged and newer files.
#include <fstream>

#include <fcntl.h>

#include "base/file.h"
#include "limits/counter_file.h"
#include "limits/counter_header.h"
#include "limits/limiter_fixture.h"

namespace weir {
namespace {

using LimiterChange = LimiterFixture;

TEST_F(LimiterChange, AKillGivesNobodyAFreshQuota) {
  open(one_window(10));
  EXPECT_EQ(admitted(6), 6);
  clock_.advance(Seconds(20));
  open(one_window(10));
  EXPECT_EQ(peek().windows[0].reset_seconds, 40U);
  EXPECT_EQ(admitted(20), 4);
  open(one_window(10));
  EXPECT_EQ(admitted(20), 0);
  clock_.advance(Seconds(40));
  EXPECT_EQ(admitted(20), 10);
}

TEST_F(LimiterChange, AKillThatLeavesASlotLockedStopsNobody) {
  open(one_window(10));
  EXPECT_EQ(admitted(6), 6);
  {
    const auto fd = open_file(file(), O_RDWR).value();
    const auto map = map_file(fd.get(), 16384, MapMode::kReadWrite).value();
    auto* heads = reinterpret_cast<CounterHead*>(map.data() + 8192);
    heads[1].lock = 1;  // the first opening's value
  }
  open(one_window(10));
  EXPECT_EQ(admitted(20), 4);
}

TEST_F(LimiterChange, AChangedLimitKeepsWhatWasUsed) {
  open(one_window(10));
  EXPECT_EQ(admitted(6), 6);
  ASSERT_TRUE(limiter_->reconfigure(one_window(8)));
  EXPECT_EQ(admitted(20), 2);
  ASSERT_TRUE(limiter_->reconfigure(one_window(4)));
  EXPECT_FALSE(take().admitted);
  EXPECT_EQ(peek().windows[0].remaining, 0U);
  ASSERT_TRUE(limiter_->reconfigure(one_window(9)));
  EXPECT_EQ(admitted(20), 1);
}

TEST_F(LimiterChange, WindowsKeepTheirCountsInAnyOrderAndAfterTheyWereAway) {
  LimitSettings settings;
  open(settings);
  EXPECT_EQ(admitted(5), 5);
  settings.windows = {{"day", 86400, 10000}, {"week", 7 * 86400, 50}, {"minute", 60, 100}};
  open(settings);
  const Decision reordered = take();
  EXPECT_EQ(reordered.windows[0].remaining, 9994U);
  EXPECT_EQ(reordered.windows[1].remaining, 49U);
  EXPECT_EQ(reordered.windows[2].remaining, 94U);
  ASSERT_TRUE(limiter_->reconfigure({}));
  EXPECT_EQ(peek().windows[1].remaining, 995U);  // the hour was away for one request
}

TEST_F(LimiterChange, AColumnWithAnotherWindowBeginsWithNothing) {
  LimitSettings first;
  LimitSettings second;
  first.windows.clear();
  second.windows.clear();
  for (char c = 'a'; c < 'h'; ++c) {
    first.windows.push_back({std::string(1, c), 60, 10});
    second.windows.push_back({std::string("other_") + c, 60, 10});
  }
  open(first);
  EXPECT_EQ(admitted(7), 7);
  ASSERT_TRUE(limiter_->reconfigure(second));
  for (std::size_t i = 0; i < kWindowsMax; ++i) EXPECT_EQ(peek().windows[i].remaining, 10U);
  EXPECT_EQ(take().windows[6].remaining, 9U);
  open(second);
  EXPECT_EQ(peek().windows[0].remaining, 9U);
}

TEST_F(LimiterChange, InvalidSettingsLeaveTheOldOnesInForce) {
  open(one_window(10));
  LimitSettings bad = one_window(10);
  bad.windows.push_back(bad.windows[0]);
  EXPECT_EQ(limiter_->reconfigure(bad).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(admitted(20), 10);
}

TEST_F(LimiterChange, AStepOfCivilTimeMovesNoWindowWithinABoot) {
  open(one_window(10));
  EXPECT_EQ(admitted(10), 10);
  for (const auto step : {std::chrono::hours(24), std::chrono::hours(-72)}) {
    clock_.step_utc(step);
    clock_.advance(Seconds(10));
    open(one_window(10));
    EXPECT_FALSE(take().admitted);
  }
  EXPECT_EQ(peek().windows[0].reset_seconds, 40U);
  clock_.advance(Seconds(40));
  EXPECT_EQ(admitted(20), 10);
}

/// As after a boot with the clock set back: windows that began "tomorrow" end a window's length from now.
TEST_F(LimiterChange, AWindowFromTheFutureLastsNoLongerThanItsLength) {
  open(one_window(10));
  EXPECT_EQ(admitted(10), 10);
  {
    auto file_before = CounterFile::open(file(), clock_.utc(), clock_.instant()).value();
    file_before->header().anchor.offset_ns -= 24 * 3600 * 1'000'000'000LL;
    ASSERT_TRUE(file_before->save_header());
  }
  open(one_window(10));
  EXPECT_EQ(take().retry_after_seconds, 60U);
  clock_.advance(Seconds(30));
  EXPECT_EQ(take().retry_after_seconds, 30U);
  clock_.advance(Seconds(30));
  EXPECT_EQ(admitted(20), 10);
}

TEST_F(LimiterChange, ADamagedFileIsSetAsideAndBegunAnew) {
  open(one_window(10));
  EXPECT_EQ(admitted(6), 6);
  {
    std::fstream damaged(file(), std::ios::in | std::ios::out | std::ios::binary);
    for (const int offset : {20, 4096 + 20}) {
      damaged.seekp(offset);
      damaged.put('\xFF');
    }
  }
  open(one_window(10));
  EXPECT_EQ(admitted(20), 10);
  EXPECT_TRUE(std::filesystem::exists(file().string() + ".damaged-20261123T000000Z"));
}

TEST_F(LimiterChange, OneDamagedCopyOfTheHeadDoesNoHarm) {
  for (const int offset : {20, 4096 + 20}) {
    open(one_window(1000));
    const std::uint32_t before = peek().windows[0].remaining;
    EXPECT_EQ(admitted(6), 6);
    {
      std::fstream damaged(file(), std::ios::in | std::ios::out | std::ios::binary);
      damaged.seekp(offset);
      damaged.put('\xFF');
    }
    open(one_window(1000));
    EXPECT_EQ(peek().windows[0].remaining, before - 6);
  }
}

TEST_F(LimiterChange, ANewersVersionsFileIsRefusedAndLeftAlone) {
  open(one_window(10));
  {
    std::fstream newer(file(), std::ios::in | std::ios::out | std::ios::binary);
    newer.seekp(8);
    newer.put(9);
    newer.seekp(4096 + 8);
    newer.put(9);
  }
  const auto opened = Limiter::open(file(), one_window(10), clock_.utc(), clock_.instant());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kConflict);
  EXPECT_NE(opened.error().detail.find("newer weir"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(file()));
}

TEST_F(LimiterChange, AFileLeftEmptyByAKillCountsAsNew) {
  { std::ofstream empty(file()); }
  open(one_window(10));
  EXPECT_EQ(admitted(20), 10);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(LimiterChange, CountsStayWhereTheyAreWhileTheFileGrows) {
  open(one_window(10), 1);
  EXPECT_EQ(admitted(6), 6);
  ASSERT_TRUE(limiter_->reserve(KeyId(100'000)));
  EXPECT_EQ(admitted(20), 4);
  EXPECT_EQ(admitted(20, 100'000), 10);
  open(one_window(10), 1);
  EXPECT_EQ(admitted(20, 100'000), 0);
}

}  // namespace
}  // namespace weir
