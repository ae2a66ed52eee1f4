#include "journal/writer.h"

#include "journal/record.h"

namespace weir::journal {

Writer::Writer(Shared& shared, SegmentNumber number, JournalPosition end, bool resume) noexcept
    : shared_(shared), number_(number) {
  if (resume) {
    const SegmentSlot& slot = shared.slot(number);
    base_ = slot.base;
    records_ = slot.records;
    offset_ = end.bytes - slot.base.bytes;
    capacity_ = slot.capacity;
  }
}

AppendStatus Writer::append(const UsageRecord& record) noexcept {
  const std::size_t size = record_size(record);
  if (size > capacity_ - offset_ && !enter_next()) [[unlikely]] {
    shared_.dropped_records.store(++dropped_records_, std::memory_order_relaxed);
    return AppendStatus::kFull;
  }
  encode_record(record, {base_.bytes + offset_}, records_ + offset_, size);
  offset_ += size;
  appended_bytes_ += size;
  shared_.appended_records.store(++appended_records_, std::memory_order_relaxed);
  shared_.appended_bytes.store(appended_bytes_, std::memory_order_relaxed);
  shared_.end.store(base_.bytes + offset_, std::memory_order_release);
  return AppendStatus::kAppended;
}

bool Writer::enter_next() noexcept {
  if (number_ >= shared_.prepared.load(std::memory_order_acquire)) return false;
  if (capacity_ - offset_ >= kEndMarkBytes) encode_end_mark({base_.bytes + offset_}, records_ + offset_);
  const SegmentSlot& slot = shared_.slot(++number_);
  base_ = slot.base;
  records_ = slot.records;
  offset_ = 0;
  capacity_ = slot.capacity;
  shared_.writing.store(number_, std::memory_order_release);
  return true;
}

}  // namespace weir::journal
