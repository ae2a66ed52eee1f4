#include "pipeline/import_source.h"

#include <algorithm>

namespace weir {

Result<void> ImportSource::fill(std::size_t max) {
  if (chunk_ && stored_ == chunk_->entries.size()) chunk_.reset();
  if (!chunk_) {
    chunk_ = queue_.take();
    stored_ = next_ = ready_ = 0;
  }
  if (chunk_) ready_ = std::min(chunk_->entries.size(), stored_ + max);
  return {};
}

std::optional<SourcedRecord> ImportSource::peek() const {
  if (!chunk_ || next_ >= ready_) return std::nullopt;
  const ImportChunk::Entry& entry = chunk_->entries[next_];
  return SourcedRecord{chunk_->journal, entry.next, &entry.record};
}

void ImportSource::keep() {
  if (!chunk_ || next_ == stored_) return;
  positions_[chunk_->journal] = chunk_->entries[next_ - 1].next;
  stored_ = next_;
}

void ImportSource::add_positions(JournalPositions& positions) const {
  for (const auto& [journal, position] : positions_) positions[journal] = position;
}

void ImportSource::release(const JournalPositions& positions) {
  queue_.commit(positions);
  for (const auto& [journal, position] : positions) {
    const auto own = positions_.find(journal);
    if (own != positions_.end() && own->second <= position) positions_.erase(own);
  }
}

}  // namespace weir
