// Integers of one column of a block, packed to as few bits as each run of them needs.
//
// Pure functions; any bytes may be handed to decode. Layout: docs/call-log.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir {

enum class IntOrder {
  kAny,        // each value against the smallest of its group
  kAscending,  // mostly growing: each value against the one before it
};

/// Appends the encoding of `values` to `out`; nothing when all are 0.
void encode_ints(std::span<const std::uint64_t> values, IntOrder order, std::string& out);

/// `count` values into `out` (replaced). Empty `data` is all zeros. kCorrupt when `data` is not exactly what
/// encode_ints makes of `count` values.
[[nodiscard]] Result<void> decode_ints(std::string_view data, std::size_t count,
                                       std::vector<std::uint64_t>& out);

}  // namespace weir
