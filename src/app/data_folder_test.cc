#include "app/data_folder.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/temporary_folder.h"

namespace weir {
namespace {

using testing::HasSubstr;

class DataFolderTest : public testing::Test {
 protected:
  TemporaryFolder temporary_;
  const std::filesystem::path& folder_ = temporary_.path();
};

TEST_F(DataFolderTest, IsMadeForItsOwnerOnly) {
  const auto data = DataFolder::open(folder_ / "deep" / "data");
  ASSERT_TRUE(data) << data.error().detail;
  struct stat status {};
  ASSERT_EQ(::stat(data->path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(DataFolderTest, ASecondServerIsRefusedWithTheFirstOnesProcess) {
  const auto first = DataFolder::open(folder_);
  ASSERT_TRUE(first);
  const auto second = DataFolder::open(folder_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(second.error().detail, HasSubstr("(pid " + std::to_string(::getpid()) + ")"));
}

TEST_F(DataFolderTest, IsFreeAgainWhenTheFirstEnds) {
  { ASSERT_TRUE(DataFolder::open(folder_)); }
  EXPECT_TRUE(DataFolder::open(folder_));
}

TEST_F(DataFolderTest, ANewerFormatIsRefusedNamingBothVersions) {
  ASSERT_TRUE(write_file_atomic(folder_ / "format", "9 7.3.0\n"));
  const auto data = DataFolder::open(folder_);
  ASSERT_FALSE(data);
  EXPECT_THAT(data.error().detail, HasSubstr("has format 9, written by weir 7.3.0; this is weir "));
}

TEST_F(DataFolderTest, AForeignFormatFileIsNotTakenForOurs) {
  ASSERT_TRUE(write_file_atomic(folder_ / "format", "hello"));
  EXPECT_THAT(DataFolder::open(folder_).error().detail, HasSubstr("is this a data folder of weir?"));
}

TEST_F(DataFolderTest, AFileInItsPlaceIsNamed) {
  ASSERT_TRUE(write_file_atomic(folder_ / "data", "x"));
  EXPECT_THAT(DataFolder::open(folder_ / "data").error().detail, HasSubstr((folder_ / "data").string()));
}

}  // namespace
}  // namespace weir
