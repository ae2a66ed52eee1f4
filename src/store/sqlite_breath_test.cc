#include "store/sqlite_breath.h"

#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "store/call_day.h"
#include "store/sqlite_file.h"

namespace weir {
namespace {

class SqliteBreathTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite_file(folder_.path() / "2026-11-23.db", kCallDaySchema);
    ASSERT_TRUE(opened) << opened.error().detail;
    connection_.emplace(*std::move(opened));
  }

  void write(const char* sql) {
    const auto done = connection_->execute(sql);
    ASSERT_TRUE(done) << done.error().detail;
  }
  void write_pages() { write("INSERT INTO block_columns VALUES(NULL, zeroblob(65536))"); }

  TemporaryFolder folder_;
  std::optional<SqliteConnection> connection_;
  int breaths_ = 0;
  const Breath count_ = [this] { ++breaths_; };
};

TEST_F(SqliteBreathTest, WritesBreatheWhileItLives) {
  write_pages();
  EXPECT_EQ(breaths_, 0);
  {
    const SqliteBreath breathing(count_);
    write_pages();
    EXPECT_GE(breaths_, 8);  // pages of 8 KiB
  }
  const int before = breaths_;
  write_pages();
  EXPECT_EQ(breaths_, before);
}

TEST_F(SqliteBreathTest, CheckpointsBreathe) {
  write_pages();
  const SqliteBreath breathing(count_);
  write("PRAGMA wal_checkpoint(PASSIVE)");
  EXPECT_GE(breaths_, 8);
}

TEST_F(SqliteBreathTest, OtherThreadsDoNot) {
  const SqliteBreath breathing(count_);
  std::thread([this] { write_pages(); }).join();
  EXPECT_EQ(breaths_, 0);
}

TEST_F(SqliteBreathTest, TheOuterOneIsInForceAgainAfterAnInnerOne) {
  const SqliteBreath breathing(count_);
  {
    const Breath none;
    const SqliteBreath silent(none);
    write_pages();
  }
  EXPECT_EQ(breaths_, 0);
  write_pages();
  EXPECT_GT(breaths_, 0);
}

}  // namespace
}  // namespace weir
