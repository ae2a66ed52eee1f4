#include "usage/scan_helper.h"

#include <atomic>
#include <future>
#include <thread>

#include <gmock/gmock.h>

#include "usage/rollup_samples.h"
#include "usage/usage_cover.h"
#include "usage/usage_scan.h"

namespace weir::test {
namespace {

using ::testing::UnorderedElementsAre;

constexpr std::chrono::seconds kLong{30};

class ScanHelperTest : public RollupFixture {
 protected:
  /// A block of one call.
  void call(std::uint32_t key, UtcTime at) {
    add(call_of(key, at));
    ASSERT_TRUE(commit());
  }

  /// One group each.
  ScanQuestion by_owner(std::function<Result<std::uint32_t>(std::uint32_t)> user_of) {
    ScanQuestion question;
    question.cover = cover_range({now_ - Seconds(3600), now_ + Seconds(60)}, {});
    question.group_by = GroupBy::kUser;
    question.user_of = std::move(user_of);
    question.response_times = true;
    question.helper = &helper_;
    return question;
  }

  Result<ScanResult> scan(const ScanQuestion& question) {
    const auto snapshot = store_->rollups().snapshot();
    EXPECT_TRUE(snapshot);
    return scan_usage(**snapshot, question);
  }

  std::uint64_t requests_in(const ScanResult& result) {
    std::uint64_t requests = 0;
    for (const ScanSum& sum : result.sums) requests += sum.measures.requests;
    return requests;
  }

  ScanHelper helper_{store_->rollups(), 0};
};

TEST_F(ScanHelperTest, TwoThreadsScanOneQuestion) {
  call(3, now_);
  call(7, now_);
  call(9, now_);
  std::promise<void> somebody_else_came;
  const auto came = somebody_else_came.get_future().share();
  const auto asker = std::this_thread::get_id();
  std::atomic_flag told;
  const auto found = scan(by_owner([&](std::uint32_t key) -> Result<std::uint32_t> {
    if (std::this_thread::get_id() != asker) {
      if (!told.test_and_set()) somebody_else_came.set_value();
    } else if (came.wait_for(kLong) != std::future_status::ready) {
      return fail(ErrorCode::kTimeout, "nobody helped");
    }
    return key;
  }));
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_THAT(found->ids, UnorderedElementsAre(3, 7, 9));
  EXPECT_EQ(requests_in(*found), 3U);
  for (const ScanSum& sum : found->sums) EXPECT_EQ(sum.response.count(), sum.measures.response_count);
}

TEST_F(ScanHelperTest, WhatTheHelperCannotReadIsTheAnswersError) {
  for (const std::uint32_t key : {3U, 7U, 9U, 11U}) call(key, now_);
  std::promise<void> failed;
  const auto has_failed = failed.get_future().share();
  const auto asker = std::this_thread::get_id();
  const auto found = scan(by_owner([&](std::uint32_t key) -> Result<std::uint32_t> {
    if (std::this_thread::get_id() == asker) {
      has_failed.wait_for(kLong);
      return key;
    }
    failed.set_value();
    return fail(ErrorCode::kIo, "the keys cannot be read");
  }));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().detail, "the keys cannot be read");
}

TEST_F(ScanHelperTest, BlocksGoneMeanwhileAreLeftToTheOneWhoStillSeesThem) {
  for (std::uint32_t i = 0; i < 300; ++i) call(3 + 2 * (i % 3), now_);  // enough for two
  const auto snapshot = store_->rollups().snapshot();
  ASSERT_TRUE(snapshot);
  now_ += Seconds(3600);
  settle();  // the calls' blocks are merged, those they were in are removed
  now_ -= Seconds(3600);
  const auto asker = std::this_thread::get_id();
  const auto found = scan_usage(**snapshot, by_owner([&](std::uint32_t key) -> Result<std::uint32_t> {
    EXPECT_EQ(std::this_thread::get_id(), asker);
    return key;
  }));
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_THAT(found->ids, UnorderedElementsAre(3, 5, 7));
  EXPECT_EQ(requests_in(*found), 300U);
}

TEST_F(ScanHelperTest, WhileItHelpsOneScanAnotherIsMadeAlone) {
  for (const std::uint32_t key : {3U, 7U, 9U}) call(key, now_);
  const auto asker = std::this_thread::get_id();
  std::atomic_flag nested;
  const auto found = scan(by_owner([&](std::uint32_t key) -> Result<std::uint32_t> {
    if (std::this_thread::get_id() != asker || nested.test_and_set()) return key;
    const auto inner = scan(by_owner([asker](std::uint32_t inner_key) -> Result<std::uint32_t> {
      EXPECT_EQ(std::this_thread::get_id(), asker);
      return inner_key;
    }));
    EXPECT_TRUE(inner);
    EXPECT_EQ(requests_in(inner.value_or(ScanResult())), 3U);
    return key;
  }));
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(requests_in(*found), 3U);
}

}  // namespace
}  // namespace weir::test
