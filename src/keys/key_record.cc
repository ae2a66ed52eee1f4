#include "keys/key_record.h"

#include "keys/large_array.h"

namespace weir {

RecordPool::~RecordPool() {
  for (auto& chunk : chunks_) free_large(chunk.load(std::memory_order_relaxed));
}

std::uint32_t RecordPool::take() {
  const std::lock_guard lock(mutex_);
  if (!free_.empty()) {
    const std::uint32_t record = free_.back();
    free_.pop_back();
    return record;
  }
  if (used_ > RecordRef::kRecordMax) return 0;
  const std::uint32_t record = used_++;
  auto& chunk = chunks_[record / kChunk];
  if (chunk.load(std::memory_order_relaxed) == nullptr) {
    chunk.store(static_cast<KeyRecord*>(allocate_large(kChunk * sizeof(KeyRecord))),
                std::memory_order_release);
  }
  return record;
}

void RecordPool::give_back(std::uint32_t record) {
  const std::lock_guard lock(mutex_);
  free_.push_back(record);
}

}  // namespace weir
