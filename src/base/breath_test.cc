#include "base/breath.h"

#include <thread>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Breath, IsTakenWhileItsScopeLives) {
  int breaths = 0;
  const Breath count = [&breaths] { ++breaths; };
  {
    const BreathScope scope(count);
    breathe();
    breathe();
  }
  breathe();
  EXPECT_EQ(breaths, 2);
}

TEST(Breath, TheInnermostScopeCounts) {
  int outer = 0;
  int inner = 0;
  const Breath count_outer = [&outer] { ++outer; };
  const Breath count_inner = [&inner] { ++inner; };
  const BreathScope around(count_outer);
  {
    const BreathScope scope(count_inner);
    breathe();
    const BreathScope held;
    breathe();
  }
  EXPECT_EQ(outer, 0);
  EXPECT_EQ(inner, 1);
  breathe();
  EXPECT_EQ(outer, 1);
}

TEST(Breath, OtherThreadsHaveTheirOwn) {
  int breaths = 0;
  const Breath count = [&breaths] { ++breaths; };
  const BreathScope scope(count);
  std::thread([] { breathe(); }).join();
  EXPECT_EQ(breaths, 0);
}

}  // namespace
}  // namespace weir
