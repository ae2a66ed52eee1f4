#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "journal/journal.h"
#include "journal/testing.h"

namespace weir::journal {
namespace {

// One writer, one reader, one keeper, as fast as they can, on few small segments: the reader must see every
// appended record once, in order, unchanged. Run under ThreadSanitizer too.
TEST(JournalConcurrency, WriterReaderAndKeeperAgree) {
  constexpr std::uint32_t kRecords = 60'000;
  const TestFolder folder;
  const auto journal = open_journal(folder.journal(), 0, 64 * 1024, 8 * 64 * 1024);
  std::atomic<bool> is_over{false};

  std::thread writer([&] {
    for (std::uint32_t n = 0; n < kRecords; ++n) {
      const NumberedRecord numbered(n, n % 200);
      while (journal->append(numbered.record) == AppendStatus::kFull) std::this_thread::yield();
    }
  });
  std::thread keeper([&] {
    while (!is_over.load()) {
      const auto kept = journal->keep();
      EXPECT_TRUE(kept.has_value()) << (kept ? "" : kept.error().detail);
      EXPECT_LE(journal->durable(), journal->end());
      std::this_thread::yield();
    }
  });
  std::uint32_t expected = 0;
  std::vector<JournalEntry> entries;
  while (expected < kRecords && !::testing::Test::HasFailure()) {
    ASSERT_TRUE(journal->read(entries, 97));
    for (const auto& entry : entries) {
      expect_same(entry.record, NumberedRecord(expected, expected % 200).record);
      ++expected;
    }
    if (!entries.empty())
      journal->release(entries.back().next);
    else
      std::this_thread::yield();
  }
  writer.join();
  is_over.store(true);
  keeper.join();
  EXPECT_EQ(expected, kRecords);
  EXPECT_EQ(journal->stats().lost_bytes, 0U);
  EXPECT_EQ(journal->stats().appended_records, kRecords);
}

}  // namespace
}  // namespace weir::journal
