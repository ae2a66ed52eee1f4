// Tables of what one window's counter does, for both algorithms.
#include <gtest/gtest.h>

#include "limits/fixed_window.h"
#include "limits/sliding_window.h"

namespace weir {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kStart = 1'000 * kMinute + 7;

struct Case {
  const char* what;
  WindowCounter counter;
  std::int64_t after_ns;  // since kStart
  WindowCounter settled;
  std::uint32_t used;
};

template <class Window>
void expect_cases(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    const std::int64_t now = kStart + c.after_ns;
    const WindowCounter settled = Window::settle(c.counter, now, kMinute);
    EXPECT_EQ(settled, c.settled) << c.what;
    EXPECT_EQ(Window::used(settled, now, kMinute), c.used) << c.what;
  }
}

TEST(FixedWindow, CountsUntilItEnds) {
  expect_cases<FixedWindow>({
      {"never opened", {}, 0, {}, 0},
      {"just opened", {kStart, 1, 0}, 0, {kStart, 1, 0}, 1},
      {"its last nanosecond", {kStart, 9, 0}, kMinute - 1, {kStart, 9, 0}, 9},
      {"its end", {kStart, 9, 0}, kMinute, {}, 0},
      {"long ago", {kStart, 9, 0}, 100 * kMinute, {}, 0},
      {"another thread's clock is ahead", {kStart + kSecond / 2, 9, 0}, 0, {kStart + kSecond / 2, 9, 0}, 9},
      {"opened in the future", {kStart + 50 * kMinute, 9, 0}, 0, {kStart, 9, 0}, 9},
      {"left by the other algorithm", {kStart, 0, 9}, 1, {}, 0},
  });
}

TEST(FixedWindow, OpensWithTheFirstRequestAndRefillsWhenItEnds) {
  WindowCounter counter = FixedWindow::charge({}, 3, kStart);
  EXPECT_EQ(counter, (WindowCounter{kStart, 3, 0}));
  counter = FixedWindow::charge(counter, 2, kStart + kSecond);
  EXPECT_EQ(counter, (WindowCounter{kStart, 5, 0}));
  EXPECT_EQ(FixedWindow::full_at(counter, kMinute), kStart + kMinute);
  EXPECT_EQ(FixedWindow::room_at(counter, 1, 5, kStart + kSecond, kMinute), kStart + kMinute);
  EXPECT_EQ(FixedWindow::charge({}, 0, kStart), WindowCounter{});
}

TEST(FixedWindow, CountsNoFurtherThanItCan) {
  EXPECT_EQ(FixedWindow::charge({kStart, UINT32_MAX - 1, 0}, 5, kStart).current, UINT32_MAX);
}

TEST(SlidingWindow, WeighsTheLastWindowByWhatOverlaps) {
  expect_cases<SlidingWindow>({
      {"never opened", {}, 0, {}, 0},
      {"just opened", {kStart, 1, 0}, 0, {kStart, 1, 0}, 1},
      {"its end: all of it overlaps", {kStart, 8, 0}, kMinute, {kStart + kMinute, 0, 8}, 8},
      {"a nanosecond later, rounded up", {kStart, 8, 0}, kMinute + 1, {kStart + kMinute, 0, 8}, 8},
      {"a quarter into the next", {kStart, 8, 0}, kMinute + 15 * kSecond, {kStart + kMinute, 0, 8}, 6},
      {"both count", {kStart, 5, 8}, 30 * kSecond, {kStart, 5, 8}, 9},
      {"rounded up", {kStart, 5, 3}, 30 * kSecond, {kStart, 5, 3}, 7},
      {"the last nanosecond of the next", {kStart, 8, 0}, 2 * kMinute - 1, {kStart + kMinute, 0, 8}, 1},
      {"the end of the next", {kStart, 8, 0}, 2 * kMinute, {}, 0},
      {"nothing in the window before", {kStart, 0, 8}, kMinute, {}, 0},
      {"opened in the future", {kStart + 50 * kMinute, 9, 4}, 0, {kStart, 9, 4}, 13},
      {"as much as can be", {kStart, 0, UINT32_MAX}, 30 * kSecond, {kStart, 0, UINT32_MAX}, 0x8000'0000},
  });
}

TEST(SlidingWindow, WeighsGreatCountsOverLongWindowsExactly) {
  constexpr std::int64_t kYear = 366LL * 86400 * kSecond;
  const WindowCounter counter{kStart, 0, 4'000'000'000};
  EXPECT_EQ(SlidingWindow::used(counter, kStart + kYear / 4, kYear), 3'000'000'000U);
  EXPECT_EQ(SlidingWindow::used(counter, kStart + kYear / 4 + 1, kYear), 3'000'000'000U);
  EXPECT_EQ(SlidingWindow::used(counter, kStart + kYear - 1, kYear), 1U);
}

TEST(SlidingWindow, IsFullWhenNothingOverlapsAnyMore) {
  EXPECT_EQ(SlidingWindow::full_at({kStart, 1, 0}, kMinute), kStart + 2 * kMinute);
  EXPECT_EQ(SlidingWindow::full_at({kStart, 0, 9}, kMinute), kStart + kMinute);
}

/// room_at is the first nanosecond with room: there is some then, and none just before.
TEST(SlidingWindow, HasRoomExactlyWhenItSaysSo) {
  constexpr std::int64_t kLength = 10 * kSecond;
  for (const std::uint32_t limit : {1U, 3U, 10U, 97U}) {
    for (std::uint32_t current = 0; current <= limit; current += 1 + limit / 7) {
      for (std::uint32_t previous = 0; previous <= limit; previous += 1 + limit / 5) {
        for (const std::uint32_t cost : {1U, 2U, limit}) {
          const WindowCounter counter{kStart, current, previous};
          const std::int64_t now = kStart + kSecond;
          if (cost > limit || !counter.is_open()) continue;
          const auto room = [&](std::int64_t at) {
            const WindowCounter settled = SlidingWindow::settle(counter, at, kLength);
            return has_room(SlidingWindow::used(settled, at, kLength), cost, limit);
          };
          if (room(now)) continue;
          const std::int64_t at = SlidingWindow::room_at(counter, cost, limit, now, kLength);
          EXPECT_TRUE(room(at)) << current << " " << previous << " " << cost << " " << limit;
          EXPECT_FALSE(room(at - 1)) << current << " " << previous << " " << cost << " " << limit;
        }
      }
    }
  }
}

TEST(SlidingWindow, TellsARequestThatNeverFitsWhenItIsFull) {
  EXPECT_EQ(SlidingWindow::room_at({kStart, 3, 0}, 9, 5, kStart, kMinute), kStart + 2 * kMinute);
  EXPECT_EQ(SlidingWindow::room_at({}, 9, 5, kStart, kMinute), kStart + kMinute);
}

TEST(Room, IsWhatTheLimitLeaves) {
  EXPECT_TRUE(has_room(9, 1, 10));
  EXPECT_FALSE(has_room(10, 1, 10));
  EXPECT_FALSE(has_room(9, 2, 10));
  EXPECT_FALSE(has_room(0, 1, 0));
  EXPECT_FALSE(has_room(20, 1, 10));
  EXPECT_TRUE(has_room(20, 0, 10));
  EXPECT_FALSE(has_room(0, 0, 0));
  EXPECT_TRUE(has_room(UINT32_MAX, UINT32_MAX, kUnlimited));
  EXPECT_FALSE(has_room(UINT32_MAX, UINT32_MAX, kUnlimited - 1));
}

}  // namespace
}  // namespace weir
