#include "pipeline/import_queue.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kTextBytes = 256U << 10;

}  // namespace

std::string_view ImportChunk::keep(std::string_view text) {
  if (texts.empty() || texts.back().capacity() - texts.back().size() < text.size())
    texts.emplace_back().reserve(std::max(kTextBytes, text.size()));
  std::string& block = texts.back();
  const std::size_t at = block.size();
  block.append(text);
  return std::string_view(block).substr(at);
}

bool ImportQueue::offer(ImportChunk& chunk, Millis patience) {
  std::unique_lock lock(mutex_);
  if (!room_.wait_for(lock, patience, [this] { return waiting_.size() < kChunksMax; })) return false;
  waiting_.push_back(std::move(chunk));
  return true;
}

JournalPosition ImportQueue::committed(JournalIndex journal) const {
  const std::lock_guard lock(mutex_);
  const auto found = committed_.find(journal);
  return found == committed_.end() ? JournalPosition{} : found->second;
}

std::optional<ImportChunk> ImportQueue::take() {
  std::optional<ImportChunk> chunk;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return chunk;
    chunk = std::move(waiting_.front());
    waiting_.pop_front();
  }
  room_.notify_one();
  return chunk;
}

void ImportQueue::commit(const JournalPositions& positions) {
  const std::lock_guard lock(mutex_);
  for (const auto& [journal, position] : positions) {
    if (journal >= kFirstImportJournal) committed_[journal] = position;
  }
}

}  // namespace weir
