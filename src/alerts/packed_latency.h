// A LatencySketch in a byte or two a bucket, as windows keep it.
//
// The level, then the buckets from the slowest down: each by how far it is from the one before, and its count
// where that is not 1. Written here only, so it is read unchecked.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "alerts/latency_sketch.h"

namespace weir {

using PackedLatency = std::span<const std::uint8_t>;

/// Longest form: a level, and for each bucket a distance in two bytes and a count in three.
inline constexpr std::size_t kPackedLatencyMax = 1 + LatencySketch::kEntriesMax * 5;
using PackedLatencyRoom = std::array<std::uint8_t, kPackedLatencyMax>;

/// What `packed` (may be empty) and `sketch` (not empty) are together, written into `room`.
[[nodiscard]] PackedLatency merged(PackedLatency packed, const LatencySketch& sketch,
                                   PackedLatencyRoom& room);
/// The bucket that stands for the slowest values.
[[nodiscard]] std::uint16_t slowest_of(PackedLatency packed);
void add_to(LatencySum& sum, PackedLatency packed);

}  // namespace weir
