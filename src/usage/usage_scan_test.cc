#include "usage/usage_scan.h"

#include <gmock/gmock.h>

#include "usage/rollup_samples.h"
#include "usage/usage_cover.h"

namespace weir::test {
namespace {

using ::testing::ElementsAre;

class UsageScanTest : public RollupFixture {
 protected:
  void call(std::uint32_t key) { add(call_of(key, now_)); }

  static ScanQuestion by_user(UtcTime now, std::function<Result<std::uint32_t>(std::uint32_t)> user_of) {
    ScanQuestion question;
    question.cover = cover_range({now - Seconds(60), now + Seconds(60)}, {});
    question.group_by = GroupBy::kUser;
    question.user_of = std::move(user_of);
    return question;
  }
};

TEST_F(UsageScanTest, AnOwnerThatCannotBeLookedUpIsTheAnswersError) {
  for (const std::uint32_t key : {3U, 7U, 9U}) call(key);
  ASSERT_TRUE(commit());
  const auto snapshot = store_->rollups().snapshot();
  ASSERT_TRUE(snapshot);
  const auto found = scan_usage(**snapshot, by_user(now_, [](std::uint32_t key) -> Result<std::uint32_t> {
    if (key == 7) return fail(ErrorCode::kIo, "the keys cannot be read");
    return 1U;
  }));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kIo);
  EXPECT_EQ(found.error().detail, "the keys cannot be read");
}

TEST_F(UsageScanTest, AKeysOwnerIsLookedUpOnce) {
  call(3);
  ASSERT_TRUE(commit());
  call(3);
  call(9);
  ASSERT_TRUE(commit());
  std::vector<std::uint32_t> asked;
  const auto snapshot = store_->rollups().snapshot();
  ASSERT_TRUE(snapshot);
  const auto found =
      scan_usage(**snapshot, by_user(now_, [&asked](std::uint32_t key) -> Result<std::uint32_t> {
        asked.push_back(key);
        return 5U;
      }));
  ASSERT_TRUE(found);
  EXPECT_THAT(asked, ElementsAre(3, 9));
  EXPECT_THAT(found->ids, ElementsAre(5));
  EXPECT_EQ(found->sums.at(0).measures.requests, 3U);
}

}  // namespace
}  // namespace weir::test
