// What failures and kills in the middle change: nothing.
#include <gmock/gmock.h>

#include "pipeline/pipeline_fixture.h"

namespace weir {
namespace {

TEST_F(PipelineTest, TriesTheSameCallsAgainWhenTheLogRefuses) {
  store_->fail_add = 2;
  call(1);
  call(2, 1);
  keep();
  EXPECT_FALSE(step());
  call(1);
  keep();
  now_ += Seconds(10);
  EXPECT_FALSE(step());
  EXPECT_EQ(pipeline_->stats().failed_batches, 2U);
  EXPECT_GE(pipeline_->stats().lag_seconds, 10);
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, TakesNothingNewUntilWhatWasTakenIsStored) {
  store_->fail_flush = 2;
  call(1);
  call(2, 1);
  keep();
  EXPECT_FALSE(step());
  call(1);
  keep();
  now_ += Seconds(10);
  store_->order.clear();
  EXPECT_FALSE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("flush"));
  EXPECT_EQ(pipeline_->stats().failed_batches, 2U);
  EXPECT_GE(pipeline_->stats().lag_seconds, 10);
  EXPECT_TRUE(rows().empty());
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, TakesNothingNewWhileTheDiskRefusesToSync) {
  store_->fail_sync = 2;
  for (int round = 0; round < 2; ++round) {
    call(1);
    keep();
    now_ += Seconds(1);
    store_->order.clear();
    EXPECT_FALSE(step());
  }
  EXPECT_THAT(store_->order, ::testing::ElementsAre("sync"));
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, AKillBeforeWhatWasTakenIsStoredChangesNothing) {
  call(1);
  drain();
  call(1);
  call(2, 1);
  keep();
  store_->fail_flush = 1;
  EXPECT_FALSE(step());
  restart();
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, CountsNothingTwiceWhenSyncOrCommitFails) {
  for (int round = 0; round < 4; ++round) {
    store_->fail_sync = round % 2;
    store_->fail_commit = round / 2;
    call(1);
    keep();
    now_ += Seconds(1);
    static_cast<void>(step());
    call(2);
    store_->fail_sync = store_->fail_commit = 0;
    drain();
  }
  expect_all_counted_once();
}

TEST_F(PipelineTest, KnowsACommitWhoseAnswerWasLost) {
  store_->lose_commit_answer = 1;
  call(1);
  keep();
  EXPECT_FALSE(step());
  call(1);
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, AKillBetweenLogAndCountersChangesNothing) {
  call(1);
  drain();
  for (int round = 0; round < 3; ++round) {
    call(1);
    call(2, 1);
    keep();
    store_->fail_commit = 1;
    static_cast<void>(step());
    ASSERT_EQ(rows().size(), 3U + 2U * static_cast<std::size_t>(round));  // in the log, not counted
    ASSERT_EQ(store_->keys().get(KeyId(1))->usage_count, 1U);
    restart();
  }
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, AKillBeforeTheJournalIsReleasedChangesNothing) {
  call(1);
  call(2);
  drain();
  restart();
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, ACrashBetweenTwoDaysChangesNothing) {
  call(1);
  now_ += std::chrono::hours(20);
  call(1);
  keep();
  ASSERT_EQ(*step(), 2U);
  restart();
  call(1);
  drain();
  expect_all_counted_once();
}

}  // namespace
}  // namespace weir
