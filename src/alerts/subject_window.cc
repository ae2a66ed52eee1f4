#include "alerts/subject_window.h"

#include <algorithm>

namespace weir {
namespace {

/// The entry of `slot`, made when missing; nearly always the last one.
template <class Slots>
typename Slots::reference entry_of(Slots& slots, std::int64_t slot) {
  const auto wanted = static_cast<std::uint32_t>(slot);
  if (!slots.empty() && slots.back().slot == wanted) return slots.back();
  auto at = std::lower_bound(slots.begin(), slots.end(), wanted,
                             [](const auto& entry, std::uint32_t number) { return entry.slot < number; });
  if (at == slots.end() || at->slot != wanted) {
    at = slots.emplace(at);
    at->slot = wanted;
  }
  return *at;
}

/// False: there was nothing to forget.
template <class Slots>
bool expire_before(Slots& slots, std::int64_t from) {
  if (slots.empty() || slots.front().slot >= from) return false;
  const auto keep =
      std::find_if(slots.begin(), slots.end(), [from](const auto& entry) { return entry.slot >= from; });
  slots.erase(slots.begin(), keep);
  return true;
}

}  // namespace

void SubjectWindow::add(std::int64_t slot, const TrafficCounts& counts) {
  entry_of(counts_, slot).counts.add(counts);
  total_.add(counts);
}

void SubjectWindow::add(std::int64_t slot, const LatencySketch& latency) {
  if (latency.empty()) return;
  LatencySketch& sketch = entry_of(latency_, slot).latency;
  sketch.merge(latency);
  slowest_ = std::max(slowest_, sketch.slowest());
}

void SubjectWindow::expire(std::int64_t counts_from, std::int64_t latency_from) {
  if (expire_before(counts_, counts_from)) {
    total_ = {};
    for (const SlotCounts& entry : counts_) total_.add(entry.counts);
  }
  if (expire_before(latency_, latency_from)) {
    slowest_ = 0;
    for (const SlotLatency& entry : latency_) slowest_ = std::max(slowest_, entry.latency.slowest());
  }
}

TrafficCounts SubjectWindow::sum(SlotRange range) const {
  TrafficCounts total;
  for (auto at = counts_.rbegin(); at != counts_.rend() && at->slot >= range.first; ++at) {
    if (at->slot <= range.last) total.add(at->counts);
  }
  return total;
}

void SubjectWindow::latency(SlotRange range, LatencySum& sum) const {
  for (auto at = latency_.rbegin(); at != latency_.rend() && at->slot >= range.first; ++at) {
    if (at->slot <= range.last) sum.add(at->latency);
  }
}

std::size_t SubjectWindow::heap_bytes() const {
  std::size_t bytes = counts_.capacity() * sizeof(SlotCounts) + latency_.capacity() * sizeof(SlotLatency);
  for (const SlotLatency& entry : latency_) bytes += entry.latency.heap_bytes();
  return bytes;
}

}  // namespace weir
