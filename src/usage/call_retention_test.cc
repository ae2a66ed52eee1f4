#include "usage/call_retention.h"

#include <gtest/gtest.h>

#include "store/call_samples.h"
#include "store/store_contract.h"

namespace weir::test {
namespace {

class CallRetentionTest : public ::testing::Test {
 protected:
  CallRetentionTest() : store_(*open_sqlite_store(folder_.path() / "data")), keeper_(*store_) {}

  void call(UtcTime at) {
    const SampleCall& made = samples_.make(at);
    CallEntry entry;
    entry.next = {++position_};
    entry.record = &made.record;
    ASSERT_TRUE(store_->calls().append(std::span(&entry, 1)));
  }
  std::size_t days() { return store_->calls().days()->size(); }
  std::size_t rows() { return store_->calls().query({})->size(); }
  /// Days that are being written are let go with a sync.
  std::size_t remove_all(UtcTime now) {
    std::size_t removed = 0;
    for (int tries = 0; tries < 20; ++tries) {
      const auto done = keeper_.step(now);
      EXPECT_TRUE(done);
      removed += *done ? 1 : 0;
      EXPECT_TRUE(store_->calls().sync());
    }
    return removed;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  CallRetentionKeeper keeper_;
  SampleCalls samples_{1};
  std::uint64_t position_ = 0;
};

TEST_F(CallRetentionTest, RemovesDaysThatEndedLongerAgoThanCallsAreKept) {
  for (int day = 0; day < 10; ++day) call(kNoon - std::chrono::days(day));
  EXPECT_EQ(remove_all(kNoon), 2U);  // the eighth day ago ended less than seven days and twelve hours ago
  EXPECT_EQ(days(), 8U);
  EXPECT_EQ(rows(), 8U);
}

TEST_F(CallRetentionTest, KeepsAllWhenToldTo) {
  keeper_.set({.calls = std::nullopt});
  for (int day = 0; day < 10; ++day) call(kNoon - std::chrono::days(day * 100));
  EXPECT_EQ(remove_all(kNoon), 0U);
}

TEST_F(CallRetentionTest, ADayThatIsWrittenGoesOnceItsWriterIsDone) {
  call(kNoon - std::chrono::days(30));
  EXPECT_FALSE(*keeper_.step(kNoon));
  ASSERT_TRUE(store_->calls().sync());
  EXPECT_TRUE(*keeper_.step(kNoon));
  EXPECT_EQ(days(), 0U);
  call(kNoon - std::chrono::days(30));  // and may begin anew
  EXPECT_EQ(rows(), 1U);
}

TEST_F(CallRetentionTest, TheOldestDaysMakeRoomButTheNewestStays) {
  keeper_.set({.calls = std::nullopt, .max_bytes = 1});
  for (int day = 0; day < 5; ++day) call(kNoon - std::chrono::days(day));
  EXPECT_EQ(rows(), 5U);  // leaves readers idle: they must not hold a day
  EXPECT_EQ(remove_all(kNoon), 4U);
  EXPECT_EQ(store_->calls().days()->at(0).start, UtcTime(std::chrono::floor<std::chrono::days>(kNoon)));
  EXPECT_EQ(rows(), 1U);
}

}  // namespace
}  // namespace weir::test
