#include "alerts/subject_window.h"

#include <algorithm>
#include <array>

#include "alerts/packed_latency.h"
#include "base/varint.h"

namespace weir {
namespace {

/// Calls, errors, refused: without what is 0 at the end.
constexpr std::size_t kPackedCountsMax = 3 * 5;

TrafficCounts counts_in(SlotBytes::Bytes bytes) {
  TrafficCounts counts;
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* end = at + bytes.size();
  for (std::uint32_t* part : {&counts.calls, &counts.errors, &counts.refused}) {
    if (at == end) break;
    *part = static_cast<std::uint32_t>(read_varint(at));
  }
  return counts;
}

SlotBytes::Bytes bytes_of(const TrafficCounts& counts, std::array<std::uint8_t, kPackedCountsMax>& room) {
  std::uint8_t* out = write_varint(room.data(), counts.calls);
  if (counts.errors != 0 || counts.refused != 0) out = write_varint(out, counts.errors);
  if (counts.refused != 0) out = write_varint(out, counts.refused);
  return {room.data(), out};
}

}  // namespace

void SubjectWindow::add(std::int64_t slot, const TrafficCounts& counts) {
  total_.add(counts);
  TrafficCounts sum = counts_in(counts_.find(slot));
  sum.add(counts);
  std::array<std::uint8_t, kPackedCountsMax> room;
  counts_.put(slot, bytes_of(sum, room));
}

void SubjectWindow::add(std::int64_t slot, PackedLatency latency) {
  if (latency.empty()) return;
  PackedLatencyRoom room;
  const PackedLatency sum = merged(latency_.find(slot), latency, room);
  slowest_ = std::max(slowest_, slowest_of(sum));
  latency_.put(slot, sum);
}

void SubjectWindow::expire(std::int64_t counts_from, std::int64_t latency_from) {
  counts_.expire(counts_from, [this](SlotBytes::Bytes bytes) { total_.subtract(counts_in(bytes)); });
  bool had_slowest = false;
  latency_.expire(latency_from, [&](PackedLatency latency) {
    had_slowest = had_slowest || slowest_of(latency) >= slowest_;
  });
  if (!had_slowest) return;
  slowest_ = 0;
  latency_.each(
      [this](std::int64_t, PackedLatency latency) { slowest_ = std::max(slowest_, slowest_of(latency)); });
}

TrafficCounts SubjectWindow::sum(SlotRange range) const {
  if (counts_.empty()) return {};
  if (range.first <= counts_.oldest() && range.last >= counts_.newest()) return total_;
  TrafficCounts total;
  counts_.each([&](std::int64_t slot, SlotBytes::Bytes bytes) {
    if (slot >= range.first && slot <= range.last) total.add(counts_in(bytes));
  });
  return total;
}

std::vector<TrafficCounts> SubjectWindow::slots(SlotRange range) const {
  std::vector<TrafficCounts> found(static_cast<std::size_t>(range.last - range.first + 1));
  counts_.each([&](std::int64_t slot, SlotBytes::Bytes bytes) {
    if (slot >= range.first && slot <= range.last)
      found[static_cast<std::size_t>(slot - range.first)] = counts_in(bytes);
  });
  return found;
}

void SubjectWindow::latency(SlotRange range, LatencySum& sum) const {
  latency_.each([&](std::int64_t slot, PackedLatency latency) {
    if (slot >= range.first && slot <= range.last) add_to(sum, latency);
  });
}

}  // namespace weir
