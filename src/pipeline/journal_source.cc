#include "pipeline/journal_source.h"

#include <algorithm>

namespace weir {

JournalSource::JournalSource(JournalIndex index, Journal& journal) : index_(index), journal_(&journal) {
  if (journal.stats().unread_bytes > 0) replay_end_ = journal.end();
}

Result<void> JournalSource::fill(std::size_t max) {
  if (stored_ == entries_.size()) {
    stored_ = next_ = ready_ = 0;
    WEIR_TRY(journal_->read(entries_, max));
  }
  const JournalPosition durable = journal_->durable();
  const auto beyond =
      std::partition_point(entries_.begin(), entries_.end(),
                           [durable](const JournalEntry& entry) { return entry.next <= durable; });
  ready_ = static_cast<std::size_t>(beyond - entries_.begin());
  return {};
}

std::optional<SourcedRecord> JournalSource::peek() const {
  if (next_ >= ready_) return std::nullopt;
  const JournalEntry& entry = entries_[next_];
  return SourcedRecord{index_, entry.next, &entry.record};
}

void JournalSource::keep() {
  if (next_ > stored_) position_ = entries_[next_ - 1].next;
  stored_ = next_;
  if (replay_end_ && position_ && *position_ >= *replay_end_) replay_end_.reset();
}

void JournalSource::add_positions(JournalPositions& positions) const {
  if (position_) positions[index_] = *position_;
}

void JournalSource::release(const JournalPositions& positions) {
  if (const auto own = positions.find(index_); own != positions.end()) journal_->release(own->second);
}

const UsageRecord* JournalSource::oldest() const {
  return stored_ < entries_.size() ? &entries_[stored_].record : nullptr;
}

bool JournalSource::replaying() const {
  return replay_end_.has_value();
}

bool JournalSource::has_unread() const {
  return next_ > 0 && next_ == entries_.size() && journal_->durable() > entries_.back().next;
}

bool JournalSource::behind() const {
  return position_ && journal_->end() > *position_;
}

}  // namespace weir
