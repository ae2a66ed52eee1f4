#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/temporary_folder.h"

namespace weir::test {
namespace {

namespace fs = std::filesystem;

class UserFile : public ::testing::Test {
 protected:
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }

  TemporaryFolder folder_;
  const fs::path path_ = folder_.path() / "report.html";
};

TEST_F(UserFile, IsMadeAndReplacedWithItsMode) {
  ASSERT_TRUE(write_user_file(path_, "first"));
  EXPECT_EQ(*read_file(path_), "first");
  ASSERT_EQ(::chmod(path_.c_str(), 0604), 0);
  ASSERT_TRUE(write_user_file(path_, "second"));
  EXPECT_EQ(*read_file(path_), "second");
  EXPECT_EQ(static_cast<unsigned>(fs::status(path_).permissions()), 0604U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(UserFile, ALinkStaysOne) {
  fs::create_symlink("target.html", path_);
  ASSERT_TRUE(write_user_file(folder_.path() / "target.html", "old"));
  ASSERT_TRUE(write_user_file(path_, "new"));
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(*read_file(folder_.path() / "target.html"), "new");
}

TEST_F(UserFile, WhatIsNoFileIsWrittenInto) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const auto reader = open_file(path_, O_RDONLY | O_NONBLOCK);
  ASSERT_TRUE(reader);
  ASSERT_TRUE(write_user_file(path_, "text"));
  char read[8] = {};
  EXPECT_EQ(::read(reader->get(), read, sizeof read), 4);
  EXPECT_STREQ(read, "text");
  EXPECT_TRUE(fs::is_fifo(path_));
}

TEST_F(UserFile, WhatCannotBeWrittenIsNamedAndLeavesNothing) {
  const auto written = write_user_file(folder_.path() / "none" / "report.html", "text");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().detail.find("none/report.html"), std::string::npos);
  EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace weir::test
