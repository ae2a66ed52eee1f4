#include "pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace weir {
namespace {

TEST_F(PipelineTest, HasNothingToDoAtFirst) {
  EXPECT_EQ(*step(), 0U);
  EXPECT_EQ(pipeline_->stats().lag_seconds, 0);
}

TEST_F(PipelineTest, StoresCallsAndCountsThemRefusedOnesToo) {
  call(1);
  call(2, 1, 403);
  call(1, 0, 429);
  call(0, 1, 401);
  drain();
  expect_all_counted_once();
  EXPECT_EQ(store_->keys().get(KeyId(1))->last_used, kNow + Millis(3));
  EXPECT_FALSE(store_->keys().get(KeyId(3))->last_used);
  EXPECT_EQ(pipeline_->stats().stored_records, 4U);
}

TEST_F(PipelineTest, NamesTheWindowThatRefused) {
  call(1, 0, 429);
  drain();
  pipeline_->set_window_names({"second"});
  call(1, 0, 429);
  drain();
  const auto found = rows();
  EXPECT_EQ(found.at(1).refused_window, "hour");
  EXPECT_EQ(found.at(0).refused_window, "");  // the position is of windows that are no more
}

TEST_F(PipelineTest, PutsTheCallsOfAllJournalsInOrderOfTime) {
  for (int i = 0; i < 50; ++i) call(1, static_cast<std::size_t>(i % 3 == 0));
  drain();
  const auto found = rows();
  ASSERT_EQ(found.size(), 50U);
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_LT(found[i].at, found[i - 1].at);
}

TEST_F(PipelineTest, MergesJournalsOfWhichOneIsMuchFuller) {
  for (int i = 0; i < 3000; ++i) {
    call(1, static_cast<std::size_t>(i % 10 == 0));
    if (i % 100 == 0) keep();
  }
  drain();
  const auto found = rows();
  ASSERT_EQ(found.size(), 3000U);
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_LT(found[i].at, found[i - 1].at);
}

TEST_F(PipelineTest, TakesNoMoreThanAskedAndTheRestNext) {
  for (int i = 0; i < 5; ++i) call(1);
  keep();
  EXPECT_EQ(*pipeline_->step(now_, 3), 3U);
  EXPECT_EQ(*pipeline_->step(now_, 3), 2U);
  EXPECT_EQ(*pipeline_->step(now_, 3), 0U);
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, WaitsForTheJournalToReachTheDisk) {
  call(1);
  EXPECT_EQ(*step(), 0U);
  EXPECT_TRUE(rows().empty());
  now_ += Seconds(3);
  EXPECT_EQ(*step(), 0U);
  EXPECT_DOUBLE_EQ(pipeline_->stats().lag_seconds, 3);
  keep();
  EXPECT_EQ(*step(), 1U);
  EXPECT_EQ(pipeline_->stats().lag_seconds, 0);
}

TEST_F(PipelineTest, SyncsTheLogBeforeItCommitsAndReleasesAfterThat) {
  call(1);
  keep();
  ASSERT_TRUE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("endpoints", "add", "flush", "sync", "commit"));
  EXPECT_EQ(journals_[0]->stats().unread_bytes, 0U);
}

TEST_F(PipelineTest, CommitsTogetherWhatComesWithinTheInterval) {
  call(1);
  drain();
  store_->order.clear();
  call(1);
  keep();
  ASSERT_TRUE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("add", "flush"));
  EXPECT_GT(journals_[0]->stats().unread_bytes, 0U);
  now_ += Millis(250);
  call(1);
  keep();
  ASSERT_TRUE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("add", "flush", "add", "flush", "sync", "commit"));
  expect_all_counted_once();
}

TEST_F(PipelineTest, StoresMoreThanABatch) {
  for (int i = 0; i < 40'000; ++i) {
    call(static_cast<std::uint32_t>(i % 4), static_cast<std::size_t>(i % 2));
    if (i % 100 == 0) keep();
  }
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, ARemovedKeysCallsStayInTheLog) {
  call(1);
  drain();
  call(1);
  ASSERT_TRUE(store_->keys().remove(KeyId(1)));
  drain();
  EXPECT_EQ(rows().size(), 2U);
}

}  // namespace
}  // namespace weir
