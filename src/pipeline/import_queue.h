// Calls read from other servers' logs, handed to the pipeline a chunk of lines at a time.
//
// An import is one more journal to the store: its position is the byte in its file behind the last call
// stored. So what a crash leaves undone is asked for again by position, and nothing is counted twice.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/journal_position.h"
#include "model/usage_record.h"
#include "store/pipeline_store.h"

namespace weir {

/// Imports are journals from this number up; those of the gateway are below.
inline constexpr JournalIndex kFirstImportJournal = 0x8000;

/// Calls of one import, in order of position. The records' views point into `texts`.
struct ImportChunk {
  struct Entry {
    JournalPosition next;
    UsageRecord record;
  };
  JournalIndex journal = kFirstImportJournal;
  std::deque<std::string> texts;  // none of them grows beyond its capacity
  std::vector<Entry> entries;     // at least one

  /// A copy of `text` that lives as long as the chunk.
  [[nodiscard]] std::string_view keep(std::string_view text);
};

class ImportQueue {
 public:
  /// Chunks that wait at most.
  static constexpr std::size_t kChunksMax = 4;

  /// `positions`: what the store has of every journal.
  explicit ImportQueue(const JournalPositions& positions) : committed_(positions) {}

  /// Hands a chunk over, waiting up to `patience` for room; false: there was none, and `chunk` is as it was.
  [[nodiscard]] bool offer(ImportChunk& chunk, Millis patience);
  /// Byte up to which the store has an import.
  [[nodiscard]] JournalPosition committed(JournalIndex journal) const;

  /// Pipeline thread: the next chunk; nothing: none waits.
  [[nodiscard]] std::optional<ImportChunk> take();
  void commit(const JournalPositions& positions);

 private:
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::deque<ImportChunk> waiting_;  // guarded by mutex_; at most kChunksMax
  JournalPositions committed_;       // guarded by mutex_
};

}  // namespace weir
