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

template <class Slots>
void expire_before(Slots& slots, std::int64_t from) {
  const auto keep =
      std::find_if(slots.begin(), slots.end(), [from](const auto& entry) { return entry.slot >= from; });
  slots.erase(slots.begin(), keep);
}

}  // namespace

void SubjectWindow::add(std::int64_t slot, const TrafficCounts& counts) {
  entry_of(counts_, slot).counts.add(counts);
}

void SubjectWindow::add(std::int64_t slot, const LatencySketch& latency) {
  if (!latency.empty()) entry_of(latency_, slot).latency.merge(latency);
}

void SubjectWindow::expire(std::int64_t counts_from, std::int64_t latency_from) {
  expire_before(counts_, counts_from);
  expire_before(latency_, latency_from);
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
