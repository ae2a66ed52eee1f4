#include "pipeline/import_queue.h"

#include <gtest/gtest.h>

#include "pipeline/import_source.h"

namespace weir {
namespace {

constexpr JournalIndex kImport = kFirstImportJournal + 3;

ImportChunk chunk_of(std::uint64_t first, int count) {
  ImportChunk chunk;
  chunk.journal = kImport;
  for (int i = 0; i < count; ++i) {
    ImportChunk::Entry entry;
    entry.next = {first + static_cast<std::uint64_t>(i)};
    entry.record.status = static_cast<std::uint16_t>(200 + i);
    chunk.entries.push_back(entry);
  }
  return chunk;
}

/// Takes what is ready into the batch; positions of the records taken.
std::vector<std::uint64_t> take_all(RecordSource& source, std::size_t max) {
  std::vector<std::uint64_t> taken;
  EXPECT_TRUE(source.fill(max));
  while (const auto next = source.peek()) {
    taken.push_back(next->next.bytes);
    source.take();
  }
  return taken;
}

TEST(ImportQueue, RefusesAChunkWhenItIsFullAndLeavesItWhole) {
  ImportQueue queue(JournalPositions{});
  for (std::size_t i = 0; i < ImportQueue::kChunksMax; ++i) {
    auto chunk = chunk_of(1, 1);
    ASSERT_TRUE(queue.offer(chunk, Millis(0)));
  }
  auto late = chunk_of(9, 2);
  EXPECT_FALSE(queue.offer(late, Millis(0)));
  EXPECT_EQ(late.entries.size(), 2U);
  ASSERT_TRUE(queue.take());
  EXPECT_TRUE(queue.offer(late, Millis(0)));
}

TEST(ImportChunk, WhatIsKeptStaysWhereItIs) {
  ImportChunk chunk;
  std::vector<std::string_view> kept;
  for (std::size_t i = 0; i < 5000; ++i)
    kept.push_back(chunk.keep(std::string(300, static_cast<char>('a' + i % 26))));
  kept.push_back(chunk.keep(std::string(1U << 20, 'z')));
  const ImportChunk moved = std::move(chunk);
  for (std::size_t i = 0; i < 5000; ++i)
    EXPECT_EQ(kept[i], std::string(300, static_cast<char>('a' + i % 26)));
  EXPECT_EQ(kept.back(), std::string(1U << 20, 'z'));
}

TEST(ImportQueue, KnowsWhatTheStoreHad) {
  const ImportQueue queue(JournalPositions{{kImport, {77}}});
  EXPECT_EQ(queue.committed(kImport).bytes, 77U);
  EXPECT_EQ(queue.committed(kFirstImportJournal).bytes, 0U);
}

TEST(ImportSource, GivesAChunkInBatchesOfTheSizeAskedFor) {
  ImportQueue queue(JournalPositions{});
  ImportSource source(queue);
  auto chunk = chunk_of(10, 5);
  ASSERT_TRUE(queue.offer(chunk, Millis(0)));
  EXPECT_EQ(take_all(source, 3), (std::vector<std::uint64_t>{10, 11, 12}));
  source.keep();
  EXPECT_EQ(take_all(source, 3), (std::vector<std::uint64_t>{13, 14}));
  source.keep();
  EXPECT_TRUE(take_all(source, 3).empty());
}

TEST(ImportSource, GivesAgainWhatWasNotStored) {
  ImportQueue queue(JournalPositions{});
  ImportSource source(queue);
  auto chunk = chunk_of(10, 2);
  ASSERT_TRUE(queue.offer(chunk, Millis(0)));
  EXPECT_EQ(take_all(source, 9).size(), 2U);
  source.put_back();
  EXPECT_EQ(take_all(source, 9).size(), 2U);
}

TEST(ImportSource, TellsThePositionBehindWhatWasKeptUntilItIsReleased) {
  ImportQueue queue(JournalPositions{});
  ImportSource source(queue);
  auto chunk = chunk_of(10, 3);
  ASSERT_TRUE(queue.offer(chunk, Millis(0)));
  (void)take_all(source, 2);
  JournalPositions positions;
  source.add_positions(positions);
  EXPECT_TRUE(positions.empty());
  source.keep();
  source.add_positions(positions);
  EXPECT_EQ(positions.at(kImport).bytes, 11U);
  EXPECT_EQ(queue.committed(kImport).bytes, 0U);
  source.release(positions);
  EXPECT_EQ(queue.committed(kImport).bytes, 11U);
  JournalPositions later;
  source.add_positions(later);
  EXPECT_TRUE(later.empty());
}

}  // namespace
}  // namespace weir
