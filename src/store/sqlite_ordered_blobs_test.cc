#include "store/sqlite_ordered_blobs.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "store/call_day.h"
#include "store/sqlite_file.h"

namespace weir {
namespace {

class SqliteOrderedBlobsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite_file(folder_.path() / "blobs.db", kCallDaySchema);
    ASSERT_TRUE(opened) << opened.error().detail;
    connection_ = std::make_unique<SqliteConnection>(*std::move(opened));
    ASSERT_TRUE(connection_->execute("CREATE TABLE blobs(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)"));
    // Odd ids up to 99, and 200.
    ASSERT_TRUE(
        connection_->execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 2 FROM n WHERE i < 99)"
                             "INSERT INTO blobs SELECT i, CAST('blob ' || i AS BLOB) FROM n UNION ALL "
                             "SELECT 200, CAST('blob 200' AS BLOB)"));
  }

  /// What is found of each id asked for, in that order; "-" for none.
  std::vector<std::string> found(std::int64_t near, const std::vector<std::int64_t>& ids) {
    auto select = connection_->prepare("SELECT id, bytes FROM blobs WHERE id >= ?1 ORDER BY id");
    EXPECT_TRUE(select);
    SqliteOrderedBlobs blobs(*std::move(select), near);
    std::vector<std::string> out;
    for (const std::int64_t id : ids) {
      const auto blob = blobs.at(id);
      EXPECT_TRUE(blob);
      out.emplace_back(blob->value_or("-"));
    }
    blobs.reset();
    return out;
  }

  TemporaryFolder folder_;
  std::unique_ptr<SqliteConnection> connection_;
};

TEST_F(SqliteOrderedBlobsTest, WhatIsAskedForIsFoundHoweverFarApartAndInWhateverOrder) {
  const std::vector<std::int64_t> ids = {1,  3,   5,   5,   7,   15, 16, 17, 21, 61,
                                         99, 150, 200, 201, 200, 3,  2,  1,  0,  99};
  std::vector<std::string> expected;
  for (const std::int64_t id : ids) {
    const bool there = id == 200 || (id % 2 == 1 && id < 100);
    expected.push_back(there ? std::string("blob ").append(std::to_string(id)) : "-");
  }
  for (const std::int64_t near : {0, 1, 2, 4, 10, 1000}) EXPECT_EQ(found(near, ids), expected) << near;
}

}  // namespace
}  // namespace weir
