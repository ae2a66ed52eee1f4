// Finding records among bytes that may be anything. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "journal/record.h"
#include "model/journal_position.h"

namespace weir::journal {

/// Offset of the first record or end mark in `records` (whose first byte is position `base`) that verifies,
/// at or after `from`, a multiple of 8.
[[nodiscard]] std::optional<std::uint64_t> find_verified(std::span<const std::byte> records,
                                                         JournalPosition base, std::uint64_t from) noexcept;

/// What a segment holds, once nobody writes to it any more.
struct SegmentContent {
  std::uint64_t used_bytes = 0;  // up to the end of the last record that verifies; 0: there is none
  std::uint64_t torn_bytes = 0;  // from there to the last byte that is not 0: a record begun and not finished
};
[[nodiscard]] SegmentContent scan_segment(std::span<const std::byte> records, JournalPosition base) noexcept;

}  // namespace weir::journal
