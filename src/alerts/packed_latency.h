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

/// Empty: no response times.
using PackedLatency = std::span<const std::uint8_t>;

/// Longest form: a level, and for each bucket a distance in two bytes and a count in three.
inline constexpr std::size_t kPackedLatencyMax = 1 + LatencySketch::kEntriesMax * 5;
using PackedLatencyRoom = std::array<std::uint8_t, kPackedLatencyMax>;

/// `sketch` (not empty), written into `room`.
[[nodiscard]] PackedLatency packed(const LatencySketch& sketch, PackedLatencyRoom& room);
[[nodiscard]] LatencySketch unpacked(PackedLatency latency);
/// What both together are: written into `room`, or one of them when the other is empty.
[[nodiscard]] PackedLatency merged(PackedLatency a, PackedLatency b, PackedLatencyRoom& room);
/// The bucket that stands for the slowest values.
[[nodiscard]] std::uint16_t slowest_of(PackedLatency latency);
void add_to(LatencySum& sum, PackedLatency latency);

}  // namespace weir
