// Where in a journal a reader stands.
#pragma once

#include <compare>
#include <cstdint>

namespace weir {

/// One of the journals: a data-plane thread's, 0 and up.
using JournalIndex = std::uint16_t;

/// Bytes ever appended to one journal before a record: grows for ever, names the same record for ever.
struct JournalPosition {
  std::uint64_t bytes = 0;
  friend constexpr auto operator<=>(JournalPosition, JournalPosition) = default;
};

}  // namespace weir
