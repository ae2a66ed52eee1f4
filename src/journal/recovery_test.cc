#include "journal/recovery.h"

#include <random>

#include <gtest/gtest.h>

#include "journal/record.h"
#include "journal/testing.h"

namespace weir::journal {
namespace {

/// Appends `count` records and answers where each one ends.
std::vector<std::uint64_t> append_some(Journal& journal, std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint64_t> ends;
  for (std::uint32_t n = first; n < first + count; ++n) {
    EXPECT_EQ(journal.append(NumberedRecord(n).record), AppendStatus::kAppended);
    ends.push_back(journal.end().bytes);
    if (n % 100 == 99) {
      EXPECT_TRUE(journal.keep().has_value());
    }
  }
  return ends;
}

TEST(JournalRecovery, AKillAtAnyRecordLosesNothing) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal());
  std::mt19937 random(7);
  std::uint32_t appended = 0;
  for (int kill = 0; kill < 25; ++kill) {
    append_some(*journal, appended, 60);
    appended += 60;
    if (random() % 2 == 0) {
      ASSERT_TRUE(journal->keep());
    }
    const auto copy = folder.copy("killed");
    const auto reopened = open_journal(copy);
    EXPECT_EQ(reopened->end(), journal->end());
    append_some(*reopened, appended, 5);
    EXPECT_EQ(read_numbers(*reopened), numbers(0, appended + 5));
    EXPECT_EQ(reopened->stats().lost_bytes, 0U);
  }
}

TEST(JournalRecovery, WhatWasStoredIsNotReadAgain) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  const auto ends = append_some(*journal, 0, 2000);
  for (const std::uint32_t read : {0U, 1U, 700U, 1500U, 1999U, 2000U}) {
    journal.reset();
    journal = open_journal(folder.journal(), read == 0 ? 0 : ends[read - 1]);
    EXPECT_EQ(journal->end().bytes, ends.back());
    EXPECT_EQ(read_numbers(*journal), numbers(read, 2000));
    EXPECT_EQ(journal->stats().lost_bytes, 0U);
  }
}

TEST(JournalRecovery, ATailTornAtAnyByteIsCut) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  const auto ends = append_some(*journal, 0, 10);
  journal.reset();
  const auto path = segment_paths(folder.journal()).front();
  const std::string whole = load(path);
  for (std::uint64_t kept = ends[8]; kept < ends[9]; ++kept) {
    std::string torn = whole;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(kSegmentHeaderBytes + kept), torn.end(), '\0');
    if (torn == whole) continue;  // the last bytes are padding
    store(path, torn);
    const auto found = recover(folder.journal(), {});
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->end.bytes, ends[8]) << kept;
    EXPECT_LE(found->torn_bytes, kept - ends[8]);
    EXPECT_EQ(found->torn_bytes > 0, kept > ends[8]) << kept;
    journal = open_journal(folder.journal());
    append_some(*journal, 9, 1);
    EXPECT_EQ(read_numbers(*journal), numbers(0, 10));
    journal.reset();
  }
}

TEST(JournalRecovery, AFileCutAtAnyByteIsReadAndNotWrittenOn) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  const auto ends = append_some(*journal, 0, 4);
  journal.reset();
  const std::string whole = load(segment_paths(folder.journal()).front());
  for (std::uint64_t size = 0; size < kSegmentHeaderBytes + ends[3]; size += 3) {
    const auto copy = folder.copy("cut");
    store(segment_paths(copy).front(), whole.substr(0, size));
    const auto reopened = open_journal(copy);
    std::uint32_t left = 0;
    while (left < 4 && kSegmentHeaderBytes + ends[left] <= size) ++left;
    EXPECT_EQ(reopened->end().bytes, left == 0 ? 0 : ends[left - 1]) << size;
    append_some(*reopened, left, 1);
    EXPECT_EQ(read_numbers(*reopened), numbers(0, left + 1)) << size;
  }
}

TEST(JournalRecovery, AFlippedBitAnywhereCostsAtMostItsOwnRecord) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  const auto ends = append_some(*journal, 0, 5);
  journal.reset();
  const auto path = segment_paths(folder.journal()).front();
  const std::string whole = load(path);
  for (std::uint64_t byte = 0; byte < kSegmentHeaderBytes + ends[4]; ++byte) {
    std::string flipped = whole;
    flipped[byte] = static_cast<char>(flipped[byte] ^ (1 << (byte % 8)));
    store(path, flipped);
    auto expected = numbers(0, 5);
    std::uint64_t lost = 0;
    if (byte >= kSegmentHeaderBytes) {
      std::uint32_t hit = 0;
      while (ends[hit] + kSegmentHeaderBytes <= byte) ++hit;
      expected.erase(expected.begin() + hit);
      // Damage to the last one looks like a torn tail and is cut.
      if (hit < 4) lost = ends[hit] - (hit == 0 ? 0 : ends[hit - 1]);
    }
    const auto reopened = open_journal(folder.journal());
    EXPECT_EQ(read_numbers(*reopened), expected) << byte;
    EXPECT_EQ(reopened->stats().lost_bytes, lost) << byte;
  }
}

TEST(JournalRecovery, ADamagedHeaderIsNotWrittenOnButRead) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  append_some(*journal, 0, 5);
  journal.reset();
  const auto path = segment_paths(folder.journal()).front();
  std::string bytes = load(path);
  bytes[3] = '?';
  store(path, bytes);
  journal = open_journal(folder.journal());
  append_some(*journal, 5, 5);
  EXPECT_EQ(read_numbers(*journal), numbers(0, 10));
  journal.reset();
  journal = open_journal(folder.journal());
  EXPECT_EQ(read_numbers(*journal), numbers(0, 10));
}

TEST(JournalRecovery, AMissingSegmentIsSkippedAndItsBytesCounted) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  append_some(*journal, 0, 2000);
  journal.reset();
  const auto paths = segment_paths(folder.journal());
  std::filesystem::remove(paths[1]);
  journal = open_journal(folder.journal());
  const auto left = read_numbers(*journal);
  EXPECT_LT(left.size(), 2000U);
  EXPECT_EQ(left.front(), 0U);
  EXPECT_EQ(left.back(), 1999U);
  EXPECT_EQ(journal->stats().lost_bytes, 64U * 1024 - kSegmentHeaderBytes);
}

TEST(JournalRecovery, GoesOnFromTheStoresPositionWhenTheDiskHasLess) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  const auto ends = append_some(*journal, 0, 5);
  journal.reset();
  for (const std::uint64_t ahead : {8ULL, 100'000ULL, 10'000'000'000ULL}) {
    const auto copy = folder.copy("ahead");
    auto reopened = open_journal(copy, ends[4] + ahead);
    EXPECT_EQ(reopened->end().bytes, ends[4] + ahead);
    EXPECT_TRUE(read_numbers(*reopened).empty());
    append_some(*reopened, 5, 3);
    EXPECT_EQ(read_numbers(*reopened), numbers(5, 8));
    reopened.reset();
    reopened = open_journal(copy, ends[4] + ahead);
    EXPECT_EQ(read_numbers(*reopened), numbers(5, 8));
    EXPECT_EQ(reopened->stats().lost_bytes, 0U);
  }
}

TEST(JournalRecovery, WhatAKillLeftIsDurableOnlyOnceItIsSynced) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal());
  const auto ends = append_some(*journal, 0, 1500);
  journal.reset();
  journal = open_journal(folder.journal(), ends[3]);
  EXPECT_EQ(journal->durable().bytes, ends[3]);
  ASSERT_TRUE(journal->keep());
  EXPECT_EQ(journal->durable(), journal->end());
}

TEST(JournalRecovery, AnEmptyFolderGoesOnFromTheStoresPosition) {
  const TestFolder folder;
  const auto journal = open_journal(folder.journal(), 123'456);
  append_some(*journal, 0, 1);
  EXPECT_EQ(read_numbers(*journal), numbers(0, 1));
  EXPECT_GT(journal->end().bytes, 123'456U);
}

TEST(JournalRecovery, BytesOfAnEarlierLifeAreNeverRevived) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal(), 0, 64 * 1024, 2 * 64 * 1024);
  std::uint32_t next = 0;
  for (int kill = 0; kill < 60; ++kill) {
    for (int i = 0; i < 37; ++i, ++next) {
      ASSERT_EQ(journal->append(NumberedRecord(next).record), AppendStatus::kAppended);
    }
    const auto read = read_numbers(*journal);
    ASSERT_EQ(read, numbers(next - 37, next));
    journal->release(journal->end());
    ASSERT_TRUE(journal->keep());
    const auto stored = journal->end().bytes;
    journal.reset();
    journal = open_journal(folder.journal(), stored, 64 * 1024, 2 * 64 * 1024);
    ASSERT_EQ(journal->end().bytes, stored);
    ASSERT_TRUE(read_numbers(*journal).empty());
  }
}

TEST(JournalRecovery, AnotherSegmentSizeReadsTheOldOnes) {
  const TestFolder folder;
  auto journal = open_journal(folder.journal(), 0, 64 * 1024);
  append_some(*journal, 0, 1500);
  journal.reset();
  journal = open_journal(folder.journal(), 0, 256 * 1024);
  append_some(*journal, 1500, 1000);
  EXPECT_EQ(read_numbers(*journal), numbers(0, 2500));
  EXPECT_EQ(journal->stats().lost_bytes, 0U);
}

}  // namespace
}  // namespace weir::journal
