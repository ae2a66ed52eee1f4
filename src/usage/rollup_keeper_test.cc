#include "usage/rollup_keeper.h"

#include <gmock/gmock.h>

#include "store/sqlite_connection.h"
#include "usage/rollup_samples.h"

namespace weir::test {
namespace {

class RollupKeeperTest : public RollupFixture {
 protected:
  void call(UtcTime at) {
    add(call_of(7, at));
    ASSERT_TRUE(commit());
  }

  void damage_last_block() {
    auto connection = *SqliteConnection::open(folder_.path() / "data" / "weir.db", SqliteAccess::kReadWrite);
    ASSERT_TRUE(
        connection.execute("UPDATE rollup_parts SET counts = x'00' WHERE id >> 20 = "
                           "(SELECT max(id) FROM rollup_blocks WHERE state = 1)"));
  }

  std::size_t blocks(RollupTier tier, UtcTime from = {}) {
    std::vector<RollupBlock> found;
    EXPECT_TRUE(
        (*store_->rollups().snapshot())->blocks(tier, rollup_minute_of(from), kRollupMinuteMax, {}, found));
    return found.size();
  }

  /// All there is to do now; how often it failed.
  int step_all() {
    int failed = 0;
    for (int steps = 0; steps < 10'000; ++steps) {
      const auto busy = keeper_->step(now_);
      if (busy && !*busy) return failed;
      if (busy) continue;
      EXPECT_EQ(busy.error().code, ErrorCode::kCorrupt) << busy.error().detail;
      ++failed;
    }
    ADD_FAILURE() << "there is always more to do";
    return failed;
  }
};

TEST_F(RollupKeeperTest, ADamagedPeriodKeepsNoOtherFromBeingMerged) {
  call(now_);
  damage_last_block();
  for (int hour = 1; hour <= 3; ++hour) call(now_ + std::chrono::hours(hour));
  now_ += std::chrono::hours(4) + std::chrono::minutes(5);
  EXPECT_EQ(step_all(), 1);
  now_ += std::chrono::minutes(2);
  EXPECT_EQ(step_all(), 0);
  EXPECT_EQ(blocks(RollupTier::kDelta), 1U);
  EXPECT_EQ(blocks(RollupTier::kHour), 3U);
  now_ += std::chrono::hours(1);
  EXPECT_EQ(step_all(), 1);  // tried again
}

TEST_F(RollupKeeperTest, ADamagedCrowdKeepsNothingFromBeingForgotten) {
  call(now_);
  const UtcTime later = now_ + std::chrono::days(3);
  for (; now_ < later; now_ += std::chrono::hours(1)) EXPECT_EQ(step_all(), 0);
  EXPECT_EQ(blocks(RollupTier::kMinute), 1U);
  for (int i = 0; i < 9; ++i) {  // late calls of one minute, more than are left side by side
    call(later - Seconds(120));
    now_ += Seconds(3);
    EXPECT_EQ(step_all(), 0);
  }
  EXPECT_EQ(blocks(RollupTier::kMinute, later - Seconds(120)), 9U);
  damage_last_block();
  keeper_->set_retention({});
  now_ += Seconds(31);
  EXPECT_EQ(step_all(), 1);
  EXPECT_EQ(blocks(RollupTier::kMinute), blocks(RollupTier::kMinute, later - Seconds(120)));
}

}  // namespace
}  // namespace weir::test
