// What is SQLite's own: files, modes, versions, damage, crashes between the files.
#include <atomic>
#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/varint.h"
#include "store/call_samples.h"
#include "store/int_column.h"
#include "store/noun_schema.h"
#include "store/rollup_directory.h"
#include "store/sealed_bytes.h"
#include "store/sqlite_connection.h"
#include "store/store_contract.h"

namespace weir {
namespace {

using ::testing::HasSubstr;

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  std::filesystem::path data() { return folder_.path() / "data"; }
  std::filesystem::path day_file() { return data() / "usage" / "2026-11-23.db"; }

  std::unique_ptr<Store> open() {
    auto opened = open_sqlite_store(data());
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? std::move(*opened) : nullptr;
  }

  Result<void> append_one(Store& store, std::uint64_t position) {
    const auto& call = samples_.make(test::kNoon);
    const CallEntry entry{0, {position}, &call.record, call.refused_window};
    return store.calls().append({&entry, 1});
  }

  /// The day's file refuses what is written to it, until `take_blocks`.
  void refuse_blocks() {
    change("CREATE TRIGGER refuse BEFORE INSERT ON blocks BEGIN SELECT RAISE(ABORT, 'refused'); END");
  }
  void take_blocks() { change("DROP TRIGGER refuse"); }
  void change(const char* sql) {
    auto connection = SqliteConnection::open(day_file(), SqliteAccess::kReadWrite);
    ASSERT_TRUE(connection && connection->execute(sql));
  }

  void set_version(const std::filesystem::path& path, int version) {
    auto connection = SqliteConnection::open(path, SqliteAccess::kReadWrite);
    ASSERT_TRUE(connection->execute(("PRAGMA user_version = " + std::to_string(version)).c_str()));
  }

  static void overwrite(const std::filesystem::path& path, std::streamoff at, std::size_t size) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << std::string(size, '\x5A');
  }

  test::TemporaryFolder folder_;
  test::SampleCalls samples_{1};
};

TEST_F(SqliteStoreTest, KeepsItsFilesToItsUser) {
  const auto store = open();
  ASSERT_TRUE(append_one(*store, 1));
  EXPECT_EQ(mode_of(data()), 0700U);
  EXPECT_EQ(mode_of(data() / "usage"), 0700U);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    EXPECT_EQ(mode_of(data() / (std::string("weir.db") + suffix)), 0600U);
    EXPECT_EQ(mode_of(day_file().string() + suffix), 0600U);
  }
}

TEST_F(SqliteStoreTest, RefusesADataFolderOfANewerWeirAndNamesBothVersions) {
  open();
  set_version(data() / "weir.db", 1000);
  const auto refused = open_sqlite_store(data());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().detail, HasSubstr("weir.db' has schema version 1000, this weir knows up to " +
                                                std::to_string(kNounSchema.migrations.size())));
}

TEST_F(SqliteStoreTest, RefusesADayFileOfANewerWeir) {
  ASSERT_TRUE(append_one(*open(), 1));
  set_version(day_file(), 9);
  const auto store = open();
  EXPECT_EQ(append_one(*store, 2).error().code, ErrorCode::kConflict);
  EXPECT_EQ(store->calls().query({}).error().code, ErrorCode::kConflict);
}

TEST_F(SqliteStoreTest, RefusesAnotherProgramsDatabase) {
  std::filesystem::create_directories(data());
  std::ofstream(data() / "weir.db").close();
  {
    auto connection = SqliteConnection::open(data() / "weir.db", SqliteAccess::kReadWrite);
    ASSERT_TRUE(connection->execute("CREATE TABLE notes(text)"));
  }
  const auto refused = open_sqlite_store(data());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(refused.error().detail, HasSubstr("another program"));
}

TEST_F(SqliteStoreTest, SaysThatADatabaseIsDamagedAndWhichOne) {
  open();
  overwrite(data() / "weir.db", 0, 100);
  const auto refused = open_sqlite_store(data());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(refused.error().detail, HasSubstr("weir.db' is damaged"));
}

TEST_F(SqliteStoreTest, SaysThatADayFileIsDamagedAndWhichOne) {
  {
    const auto store = open();
    for (int i = 0; i < 6000; ++i) samples_.make(test::kNoon + Millis(i));
    std::vector<CallEntry> entries;
    for (const auto& call : samples_.all()) {
      entries.push_back({0, {entries.size() + 1}, &call.record, call.refused_window});
    }
    ASSERT_TRUE(store->calls().append(entries));
  }
  // Past the pages of the schema: column data, whose checksums SQLite does not have.
  const auto size = static_cast<std::size_t>(std::filesystem::file_size(day_file()));
  overwrite(day_file(), static_cast<std::streamoff>(size / 2), size / 4);
  CallFilter filter;
  filter.limit = 1000;
  Result<std::vector<CallRow>> page = open()->calls().query(filter);
  while (page && !page->empty()) {
    filter.before_id = page->back().id;
    page = open()->calls().query(filter);
  }
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(page.error().detail, HasSubstr("2026-11-23.db"));
}

TEST_F(SqliteStoreTest, SaysWhatToDoAboutAFolderItMayNotWrite) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  std::filesystem::permissions(folder_.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const auto refused = open_sqlite_store(data());
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::owner_all);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_THAT(refused.error().detail, HasSubstr("writable"));
}

TEST_F(SqliteStoreTest, SaysSoWhenTheDataFolderIsAFile) {
  std::ofstream(data()).close();
  const auto refused = open_sqlite_store(data());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_THAT(refused.error().detail, HasSubstr(data().string()));
}

TEST_F(SqliteStoreTest, AFailedAppendIsTakenUpAgain) {
  const auto store = open();
  // A folder where the day file should be: it cannot be opened, until the folder goes.
  std::filesystem::create_directories(day_file());
  EXPECT_EQ(append_one(*store, 1).error().code, ErrorCode::kIo);
  std::filesystem::remove(day_file());
  const auto& call = samples_.all().front();
  const CallEntry entry{0, {1}, &call.record, call.refused_window};
  ASSERT_TRUE(store->calls().append({&entry, 1}));
  EXPECT_EQ(store->calls().query({})->size(), 1U);
}

TEST_F(SqliteStoreTest, AnAppendThatBreaksInTheMiddleLeavesNothing) {
  const auto store = open();
  ASSERT_TRUE(append_one(*store, 1));
  {
    // The next small block goes to row 2: taken already, the insert fails.
    auto connection = SqliteConnection::open(day_file(), SqliteAccess::kReadWrite);
    ASSERT_TRUE(connection->execute(
        "INSERT INTO blocks SELECT 2, rows, min_at, max_at, min_key, max_key, min_status, "
        "max_status, packed FROM blocks"));
    EXPECT_FALSE(append_one(*store, 2));
    ASSERT_TRUE(connection->execute("DELETE FROM blocks WHERE first_row = 2"));
  }
  const auto& call = samples_.all().back();
  const CallEntry entry{0, {2}, &call.record, call.refused_window};
  ASSERT_TRUE(store->calls().append({&entry, 1}));
  EXPECT_EQ(store->calls().query({})->size(), 2U);
}

TEST_F(SqliteStoreTest, WhatAFailedFlushLeftIsStoredByTheNext) {
  const auto store = open();
  ASSERT_TRUE(append_one(*store, 1));
  refuse_blocks();
  EXPECT_FALSE(append_one(*store, 2));
  EXPECT_FALSE(store->calls().sync());
  EXPECT_FALSE(append_one(*store, 3));
  take_blocks();
  ASSERT_TRUE(store->calls().sync());
  EXPECT_EQ(store->calls().query({})->size(), 3U);
}

TEST_F(SqliteStoreTest, WhatABlockThatCouldNotBeSealedHeldIsStoredByTheNext) {
  constexpr std::size_t kCalls = 5000;
  for (std::size_t i = 0; i < kCalls; ++i) samples_.make(test::kNoon + Millis(static_cast<int>(i)));
  std::vector<CallEntry> entries;
  for (std::size_t i = 0; i < kCalls; ++i) {
    const auto& call = samples_.all()[i];
    entries.push_back({0, {i + 1}, &call.record, call.refused_window});
  }
  const auto store = open();
  ASSERT_TRUE(store->calls().add(std::span(entries).first(100)));
  refuse_blocks();
  EXPECT_FALSE(store->calls().add(entries));
  EXPECT_FALSE(store->calls().add(entries));
  take_blocks();
  ASSERT_TRUE(store->calls().append(entries));
  CallFilter filter;
  filter.limit = 1000;
  std::size_t found = 0;
  for (auto page = *store->calls().query(filter); !page.empty(); page = *store->calls().query(filter)) {
    found += page.size();
    filter.before_id = page.back().id;
  }
  EXPECT_EQ(found, kCalls);
}

TEST_F(SqliteStoreTest, ReadersSeeWholeAppendsWhileTheyGoOn) {
  const auto store = open();
  ASSERT_TRUE(append_one(*store, 1));
  auto reading = SqliteConnection::open(day_file(), SqliteAccess::kReadOnly);
  auto transaction = SqliteTransaction::begin(*reading, SqliteAccess::kReadOnly);
  EXPECT_EQ(*reading->query_int("SELECT sum(rows) FROM blocks"), 1);
  ASSERT_TRUE(append_one(*store, 2));
  EXPECT_EQ(*reading->query_int("SELECT sum(rows) FROM blocks"), 1);
  EXPECT_EQ(store->calls().query({})->size(), 2U);
}

TEST_F(SqliteStoreTest, QueriesOnOtherThreadsSeeARunOfCallsThatOnlyGrows) {
  const auto store = open();
  constexpr std::size_t kCalls = 9000;
  for (std::size_t i = 0; i < kCalls; ++i) samples_.make(test::kNoon + Millis(static_cast<int>(i)));
  std::atomic<bool> done = false;
  const auto read = [&] {
    std::uint64_t newest = 0;
    while (!done) {
      const auto rows = store->calls().query({});
      if (!rows) return false;
      if (rows->empty()) continue;
      if (rows->front().id < newest) return false;
      newest = rows->front().id;
      for (std::size_t i = 1; i < rows->size(); ++i) {
        if ((*rows)[i].id + 1 != (*rows)[i - 1].id) return false;
      }
    }
    return true;
  };
  auto first = std::async(std::launch::async, read);
  auto second = std::async(std::launch::async, read);
  std::vector<CallEntry> entries;
  for (std::size_t i = 0; i < kCalls; ++i) {
    const auto& call = samples_.all()[i];
    entries.push_back({0, {i + 1}, &call.record, call.refused_window});
    if (entries.size() < 150) continue;
    EXPECT_TRUE(store->calls().append(entries));
    entries.clear();
  }
  done = true;
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
}

/// Blocks made before histograms were kept in runs: a directory of four columns, one row of histograms a
/// part.
TEST_F(SqliteStoreTest, ReadsRollupsOfTheFirstLayout) {
  RollupPartBuilder builder;
  std::string encoded;
  LogHistogram times;
  times.add(Micros(1000), 2);
  times.encode(encoded);
  RollupRow row;
  row.dims.key = 7;
  row.measures.requests = row.measures.response_count = 2;
  row.measures.response_sum = 2000;
  row.measures.response_max = 1000;
  builder.add(row, {.response = encoded, .upstream = {}});
  const RollupPart part = builder.finish(RollupCut::kPairs);
  std::string directory;
  put_varint(directory, 1);
  for (const std::uint64_t field : {std::uint64_t{4}, std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{7}}) {
    std::string column;
    encode_ints(std::span(&field, 1), IntOrder::kAny, column);
    put_varint(directory, column.size());
    directory += column;
  }
  seal(directory);
  ASSERT_TRUE(open());
  {
    auto connection = SqliteConnection::open(data() / "weir.db", SqliteAccess::kReadWrite);
    ASSERT_TRUE(connection);
    auto block = connection->prepare("INSERT INTO rollup_blocks VALUES(9, 1, 2, 600, 1, 0, ?1)");
    block->bind_blob(1, directory);
    ASSERT_TRUE(block->run());
    auto counts = connection->prepare("INSERT INTO rollup_parts VALUES(?1, ?2)");
    counts->bind(1, rollup_part_id(9, 0));
    counts->bind_blob(2, part.counts);
    ASSERT_TRUE(counts->run());
    auto histograms = connection->prepare("INSERT INTO rollup_histograms VALUES(?1, ?2, ?3)");
    histograms->bind(1, rollup_part_id(9, 0));
    histograms->bind_blob(2, part.runs.at(0).responses);
    histograms->bind_blob(3, {});
    ASSERT_TRUE(histograms->run());
  }
  const auto store = open();
  {
    const auto snapshot = *store->rollups().snapshot();
    std::vector<RollupBlock> blocks;
    ASSERT_TRUE(snapshot->blocks(RollupTier::kHour, 600, 601, {}, blocks));
    ASSERT_EQ(blocks.size(), 1U);
    const RollupPartRef& ref = blocks[0].parts.at(0);
    RollupPartReader reader;
    ASSERT_TRUE(reader.open(ref.cut, ref.rows, *snapshot->counts(ref.id)));
    ASSERT_TRUE(reader.open_histograms(RollupTimes::kResponse, rollup_run_of(ref, 0),
                                       *snapshot->histograms(ref, 0, RollupTimes::kResponse)));
    EXPECT_EQ(*LogHistogram::decode(reader.histogram(RollupTimes::kResponse, 0)), times);
  }
  ASSERT_TRUE(store->rollups().begin(RollupTier::kDay, 0, test::kNoon));
  const std::int64_t source = 9;
  ASSERT_TRUE(store->rollups().publish({}, {&source, 1}, RollupSources::kRemove, false));
  while (*store->rollups().sweep(1 << 20)) {
  }
  auto connection = SqliteConnection::open(data() / "weir.db", SqliteAccess::kReadWrite);
  EXPECT_EQ(*connection->query_int("SELECT count(*) FROM rollup_histograms"), 0);
}

}  // namespace
}  // namespace weir
