// What the writer, the reader and the keeper of one journal share: three positions and a ring of segments.
// Nobody waits for anybody: each field has one thread that stores it, with release order, and others that
// load it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/journal_position.h"

namespace weir::journal {

/// Segments are counted from 1 since the journal was opened; 0: before the first.
using SegmentNumber = std::uint64_t;

/// A segment in the ring. Written by the keeper before `prepared` reaches its number, constant until the
/// segment is recycled, which is after `released` has passed it.
struct SegmentSlot {
  JournalPosition base;
  std::uint64_t capacity = 0;  // bytes for records
  std::uint64_t file_bytes = 0;
  std::byte* records = nullptr;  // where the writer writes; null in segments from before the start
};

struct Shared {
  explicit Shared(std::size_t segments_max) : slots(segments_max) {}

  [[nodiscard]] const SegmentSlot& slot(SegmentNumber number) const { return slots[number % slots.size()]; }
  [[nodiscard]] SegmentSlot& slot(SegmentNumber number) { return slots[number % slots.size()]; }

  std::vector<SegmentSlot> slots;

  // Stored by the writer.
  alignas(64) std::atomic<std::uint64_t> end{0};  // position after the last record
  std::atomic<SegmentNumber> writing{0};          // the segment it is in; stored before `end` moves into it
  std::atomic<std::uint64_t> appended_records{0};
  std::atomic<std::uint64_t> appended_bytes{0};
  std::atomic<std::uint64_t> dropped_records{0};

  // Stored by the reader.
  alignas(64) std::atomic<std::uint64_t> released{0};
  std::atomic<std::uint64_t> lost_bytes{0};

  // Stored by the keeper.
  alignas(64) std::atomic<SegmentNumber> prepared{0};  // the last segment there is
  std::atomic<std::uint64_t> durable{0};
};

}  // namespace weir::journal
