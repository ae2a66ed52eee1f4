#include "store/sqlite_breathing_vfs.h"

#include <optional>

#include <gtest/gtest.h>

#include "base/breath.h"
#include "base/temporary_folder.h"
#include "store/call_day.h"
#include "store/sqlite_file.h"

namespace weir {
namespace {

class SqliteBreathingVfs : public testing::Test {
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

TEST_F(SqliteBreathingVfs, WritesBreathe) {
  write_pages();
  EXPECT_EQ(breaths_, 0);
  const BreathScope breathing(count_);
  write_pages();
  EXPECT_GE(breaths_, 8);  // pages of 8 KiB
}

TEST_F(SqliteBreathingVfs, CheckpointsBreathe) {
  write_pages();
  const BreathScope breathing(count_);
  write("PRAGMA wal_checkpoint(PASSIVE)");
  EXPECT_GE(breaths_, 8);
}

TEST_F(SqliteBreathingVfs, BreathesAroundASync) {
  write_pages();
  const BreathScope breathing(count_);
  ASSERT_TRUE(connection_->sync());
  EXPECT_EQ(breaths_, 2);
}

}  // namespace
}  // namespace weir
