#include "journal/journal.h"

#include <random>

#include <gtest/gtest.h>

#include "journal/record.h"
#include "journal/testing.h"

namespace weir::journal {
namespace {

void append_numbers(Journal& journal, std::uint32_t first, std::uint32_t end) {
  for (std::uint32_t n = first; n < end; ++n) {
    ASSERT_EQ(journal.append(NumberedRecord(n).record), AppendStatus::kAppended) << n;
  }
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& path : segment_paths(folder)) bytes += std::filesystem::file_size(path);
  return bytes;
}

TEST(Journal, ReadsBackWhatWasAppended) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal());
  append_numbers(*journal, 0, 300);
  EXPECT_EQ(read_numbers(*journal), numbers(0, 300));
  EXPECT_TRUE(read_numbers(*journal).empty());
  append_numbers(*journal, 300, 310);
  EXPECT_EQ(read_numbers(*journal), numbers(300, 310));
}

TEST(Journal, ReadsAtMostWhatIsAskedFor) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal());
  append_numbers(*journal, 0, 10);
  std::vector<JournalEntry> entries;
  ASSERT_TRUE(journal->read(entries, 3));
  EXPECT_EQ(entries.size(), 3U);
  ASSERT_TRUE(journal->read(entries, 100));
  EXPECT_EQ(entries.size(), 7U);
  EXPECT_EQ(entries.back().next, journal->end());
}

TEST(Journal, GoesOnOverManySegmentsAndReusesThem) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal(), 0, 64 * 1024, 4 * 64 * 1024);
  for (std::uint32_t round = 0; round < 200; ++round) {
    append_numbers(*journal, round * 100, round * 100 + 100);
    std::vector<JournalEntry> entries;
    ASSERT_TRUE(journal->read(entries, 1000));
    ASSERT_EQ(entries.size(), 100U);
    EXPECT_EQ(entries.front().record.key, KeyId(round * 100));
    journal->release(entries.back().next);
    ASSERT_TRUE(journal->keep());
    ASSERT_LE(bytes_in(folder.journal()), 4U * 64 * 1024);
  }
  EXPECT_GT(journal->end().bytes, 40U * 64 * 1024);
  EXPECT_EQ(journal->stats().dropped_records, 0U);
  EXPECT_EQ(journal->stats().appended_records, 20000U);
  EXPECT_EQ(journal->stats().unread_bytes, 0U);
}

TEST(Journal, AtTheBoundDropsTheNewAndKeepsTheUnread) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal(), 0, 64 * 1024, 3 * 64 * 1024);
  std::uint32_t appended = 0;
  while (journal->append(NumberedRecord(appended).record) == AppendStatus::kAppended) {
    ++appended;
    ASSERT_TRUE(journal->keep());
    ASSERT_LT(appended, 10000U);
  }
  EXPECT_LE(bytes_in(folder.journal()), 3U * 64 * 1024);
  EXPECT_EQ(journal->append(NumberedRecord(1).record), AppendStatus::kFull);
  EXPECT_EQ(journal->stats().dropped_records, 2U);
  EXPECT_GT(journal->stats().appended_bytes, 3 * (64U * 1024 - 1024));

  std::vector<JournalEntry> entries;
  ASSERT_TRUE(journal->read(entries, 100000));
  ASSERT_EQ(entries.size(), appended);
  expect_same(entries.front().record, NumberedRecord(0).record);
  expect_same(entries.back().record, NumberedRecord(appended - 1).record);

  journal->release(entries.back().next);
  ASSERT_TRUE(journal->keep());
  EXPECT_EQ(journal->append(NumberedRecord(appended).record), AppendStatus::kAppended);
  EXPECT_EQ(read_numbers(*journal), numbers(appended, appended + 1));
}

TEST(Journal, KeepMakesDurable) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal());
  append_numbers(*journal, 0, 10);
  EXPECT_EQ(journal->durable().bytes, 0U);
  ASSERT_TRUE(journal->keep());
  EXPECT_EQ(journal->durable(), journal->end());
  append_numbers(*journal, 10, 1000);
  EXPECT_LT(journal->durable(), journal->end());
  ASSERT_TRUE(journal->keep());
  EXPECT_EQ(journal->durable(), journal->end());
}

TEST(Journal, PositionsGrowAndReleaseNeverPassesTheReader) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal());
  append_numbers(*journal, 0, 3);
  journal->release(journal->end());
  EXPECT_EQ(journal->stats().unread_bytes, journal->end().bytes);
  EXPECT_EQ(read_numbers(*journal), numbers(0, 3));
  journal->release(journal->end());
  EXPECT_EQ(journal->stats().unread_bytes, 0U);
}

TEST(Journal, AnEntryStaysValidUntilItIsReleased) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal());
  append_numbers(*journal, 0, 200);
  std::vector<JournalEntry> kept;
  ASSERT_TRUE(journal->read(kept, 200));
  for (std::uint32_t round = 1; round < 20; ++round) {
    append_numbers(*journal, round * 200, round * 200 + 200);
    std::vector<JournalEntry> more;
    ASSERT_TRUE(journal->read(more, 200));
    ASSERT_TRUE(journal->keep());
  }
  for (std::uint32_t n = 0; n < 200; ++n) expect_same(kept[n].record, NumberedRecord(n).record);
}

TEST(Journal, RecordsOfAnySizeComeBackInOrder) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  std::mt19937_64 random(42);
  std::uint32_t appended = 0;
  std::uint32_t read = 0;
  std::uint64_t stored = 0;
  for (int round = 0; round < 400; ++round) {
    for (std::uint64_t i = random() % 20; i > 0; --i, ++appended) {
      const std::size_t path_size = random() % (random() % 8 == 0 ? kPathMax + 1 : 64);
      ASSERT_EQ(journal->append(NumberedRecord(appended, path_size).record), AppendStatus::kAppended);
    }
    std::vector<JournalEntry> entries;
    ASSERT_TRUE(journal->read(entries, random() % 25));
    for (const auto& entry : entries) {
      expect_same(entry.record, NumberedRecord(read, entry.record.path.size()).record);
      ++read;
    }
    if (!entries.empty()) {
      stored = entries.back().next.bytes;
      journal->release({stored});
    }
    ASSERT_TRUE(journal->keep());
    if (random() % 10 == 0) {
      journal.reset();
      journal = open_journal(folder.journal(), stored);
    }
  }
  EXPECT_EQ(read_numbers(*journal), numbers(read, appended));
  EXPECT_EQ(journal->stats().lost_bytes, 0U);
}

TEST(Journal, LeavesTheReserveOfADiskToOthersAndTakesTurnsWithTwoSegments) {
  const TestFolder folder;
  // No disk has so much: what is free is less than the reserve.
  const auto journal = Journal::open({.folder = folder.journal(),
                                      .segment_bytes = 64 * 1024,
                                      .max_bytes = 64 * 64 * 1024,
                                      .reserve_bytes = 1ULL << 60},
                                     {})
                           .value();
  std::uint32_t appended = 0;
  const auto fill = [&] {
    const std::uint32_t first = appended;
    while (journal->append(NumberedRecord(appended).record) == AppendStatus::kAppended) ++appended;
    return numbers(first, appended);
  };
  auto sent = fill();
  EXPECT_EQ(segment_paths(folder.journal()).size(), 2U);
  for (int round = 0; round < 5; ++round) {
    const auto kept = journal->keep();
    ASSERT_FALSE(kept) << "nobody learns that records are dropped";
    EXPECT_NE(kept.error().detail.find("journal.reserve_bytes"), std::string::npos);
    EXPECT_EQ(read_numbers(*journal), sent);
    journal->release(journal->end());
    EXPECT_TRUE(journal->keep());
    sent = fill();
    EXPECT_FALSE(sent.empty());
  }
  EXPECT_EQ(segment_paths(folder.journal()).size(), 2U);
}

TEST(Journal, TwoOnOneFolderConflict) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal());
  const auto second = Journal::open({.folder = folder.journal()}, {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_NE(second.error().detail.find(folder.journal().string()), std::string::npos);
}

TEST(Journal, AFolderThatCannotBeMadeIsNamed) {
  const TestFolder folder;
  store(folder.journal(), "a file where the folder should be");
  const auto opened = Journal::open({.folder = folder.journal() / "x"}, {});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kIo);
  EXPECT_NE(opened.error().detail.find((folder.journal() / "x").string()), std::string::npos);
  EXPECT_NE(opened.error().detail.find("make it writable"), std::string::npos);
}

TEST(Journal, OptionsOutOfBoundsAreRefusedWithTheBound) {
  const TestFolder folder;
  for (const std::uint64_t bytes : {0ULL, 65535ULL, 65537ULL, 2ULL << 30}) {
    const auto opened = Journal::open({.folder = folder.journal(), .segment_bytes = bytes}, {});
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalid);
  }
  EXPECT_FALSE(
      Journal::open({.folder = folder.journal(), .segment_bytes = 1 << 20, .max_bytes = 1 << 20}, {}));
}

}  // namespace
}  // namespace weir::journal
