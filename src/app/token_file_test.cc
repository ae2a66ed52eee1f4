#include "app/token_file.h"

#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/temporary_folder.h"

namespace weir {
namespace {

class TokenFileTest : public testing::Test {
 protected:
  [[nodiscard]] unsigned mode() const {
    struct stat status {};
    return ::stat((folder_ / "admin.token").c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
  }

  TemporaryFolder temporary_;
  const std::filesystem::path& folder_ = temporary_.path();
};

TEST_F(TokenFileTest, IsMadeForItsOwnerOnlyAndKeptOverRestarts) {
  const auto first = load_or_create_token(folder_);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size(), 64U);
  EXPECT_EQ(mode(), 0600U);
  EXPECT_EQ(*load_or_create_token(folder_), *first);
}

TEST_F(TokenFileTest, AModeThatOthersCanReadIsTakenBack) {
  ASSERT_TRUE(load_or_create_token(folder_));
  ASSERT_EQ(::chmod((folder_ / "admin.token").c_str(), 0644), 0);
  ASSERT_TRUE(load_or_create_token(folder_));
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(TokenFileTest, AShortTokenIsRefusedNotReplaced) {
  ASSERT_TRUE(write_file_atomic(folder_ / "admin.token", "secret\n"));
  EXPECT_FALSE(load_or_create_token(folder_));
}

TEST_F(TokenFileTest, AddressesAreLeftAndRemoved) {
  ASSERT_TRUE(write_addresses(folder_, "http://127.0.0.1:8081", "http://127.0.0.1:8080"));
  EXPECT_EQ(*read_admin_address(folder_), "http://127.0.0.1:8081");
  remove_addresses(folder_);
  EXPECT_EQ(read_admin_address(folder_).error().code, ErrorCode::kNotFound);
}

TEST(LocalUrl, ReachesAWildcardAddressByLoopback) {
  using Kind = net::ListenAddress::Kind;
  EXPECT_EQ(local_url({Kind::kTcp, "0.0.0.0", 8081, -1}), "http://127.0.0.1:8081");
  EXPECT_EQ(local_url({Kind::kTcp, "::", 80, -1}, true), "https://[::1]:80");
  EXPECT_EQ(local_url({Kind::kTcp, "192.0.2.1", 80, -1}), "http://192.0.2.1:80");
  EXPECT_EQ(local_url({Kind::kUnix, "/run/weir.sock", 0, -1}), "http+unix:///run/weir.sock");
}

}  // namespace
}  // namespace weir
