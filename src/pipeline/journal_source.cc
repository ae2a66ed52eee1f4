#include "pipeline/journal_source.h"

#include <algorithm>

namespace weir {

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

void JournalSource::keep() {
  if (next_ > stored_) position_ = entries_[next_ - 1].next;
  stored_ = next_;
}

const UsageRecord* JournalSource::oldest() const {
  return stored_ < entries_.size() ? &entries_[stored_].record : nullptr;
}

bool JournalSource::behind() const {
  return position_ && journal_->end() > *position_;
}

}  // namespace weir
