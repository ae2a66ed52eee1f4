#include "keys/pepper.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/temporary_folder.h"

namespace weir {
namespace {

class Pepper : public testing::Test {
 protected:
  TemporaryFolder temporary_;
  const std::filesystem::path& folder_ = temporary_.path();
};

TEST_F(Pepper, IsMadeOnceForItsOwnerOnly) {
  const std::string made = load_or_create_pepper(folder_, 0).value();
  EXPECT_EQ(made.size(), 32U);
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "pepper").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(load_or_create_pepper(folder_, 0).value(), made);
}

TEST_F(Pepper, IsRefusedWhenOthersMayReadIt) {
  (void)load_or_create_pepper(folder_, 0).value();
  ASSERT_EQ(::chmod((folder_ / "pepper").c_str(), 0640), 0);
  const auto loaded = load_or_create_pepper(folder_, 0);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kInvalid);
  EXPECT_NE(loaded.error().detail.find("chmod 600"), std::string::npos);
}

TEST_F(Pepper, IsRefusedWhenDamagedAndLeftAlone) {
  const std::string half(63, 'a');
  for (const std::string& content : {std::string(), half, half + "x", half + "aa", half + "a\n\n"}) {
    ASSERT_TRUE(write_file_atomic(folder_ / "pepper", content));
    const auto loaded = load_or_create_pepper(folder_, 0);
    ASSERT_FALSE(loaded) << content;
    EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(read_file(folder_ / "pepper").value(), content);
  }
}

TEST_F(Pepper, IsNotMadeAnewBesideStoredKeys) {
  const auto loaded = load_or_create_pepper(folder_, 3);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kNotFound);
  EXPECT_NE(loaded.error().detail.find((folder_ / "pepper").string()), std::string::npos);
  EXPECT_NE(loaded.error().detail.find("3 stored keys"), std::string::npos);
  EXPECT_NE(loaded.error().detail.find("Restore it from a backup"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "pepper"));
}

}  // namespace
}  // namespace weir
