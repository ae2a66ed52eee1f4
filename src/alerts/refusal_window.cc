#include "alerts/refusal_window.h"

#include <algorithm>
#include <cstring>

#include "store/byte_io.h"

namespace weir {

bool RefusalWindow::add(std::int64_t slot, const RefusedSubject& subject, const RefusalCounts& counts) {
  auto found = subjects_.find(subject);
  if (found == subjects_.end()) {
    if (subjects_.size() >= kRefusedSubjectsMax) return false;
    found = subjects_.emplace(subject, std::vector<Slot>()).first;
  }
  std::vector<Slot>& slots = found->second;
  const auto wanted = static_cast<std::uint32_t>(slot);
  auto at = std::lower_bound(slots.begin(), slots.end(), wanted,
                             [](const Slot& entry, std::uint32_t number) { return entry.slot < number; });
  if (at == slots.end() || at->slot != wanted) at = slots.insert(at, Slot{.slot = wanted, .counts = {}});
  at->counts.refused += counts.refused;
  at->counts.dead += counts.dead;
  return true;
}

void RefusalWindow::expire(std::int64_t from) {
  boost::unordered::erase_if(subjects_, [from](auto& entry) {
    auto& slots = entry.second;
    slots.erase(slots.begin(), std::find_if(slots.begin(), slots.end(),
                                            [from](const Slot& slot) { return slot.slot >= from; }));
    return slots.empty();
  });
}

RefusalCounts RefusalWindow::sum(const RefusedSubject& subject, SlotRange range) const {
  RefusalCounts total;
  const auto found = subjects_.find(subject);
  if (found == subjects_.end()) return total;
  for (const Slot& slot : found->second) {
    if (slot.slot < range.first || slot.slot > range.last) continue;
    total.refused += slot.counts.refused;
    total.dead += slot.counts.dead;
  }
  return total;
}

void RefusalWindow::encode(std::string& out) const {
  std::vector<Map::const_pointer> sorted;
  for (const auto& entry : subjects_) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](auto a, auto b) { return a->first < b->first; });
  put_varint(out, sorted.size());
  for (const auto* entry : sorted) {
    put_varint(out, entry->first.key.value());
    const auto& source = entry->first.source.bytes;
    out.append(reinterpret_cast<const char*>(source.data()), source.size());
    put_varint(out, entry->second.size());
    for (const Slot& slot : entry->second) {
      put_varint(out, slot.slot);
      put_varint(out, slot.counts.refused);
      put_varint(out, slot.counts.dead);
    }
  }
}

bool RefusalWindow::take(std::string_view& data, RefusalWindow& window) {
  std::uint64_t subjects = 0;
  if (!take_varint(data, subjects)) return false;
  for (; subjects > 0; --subjects) {
    RefusedSubject subject;
    std::uint64_t key = 0;
    std::uint64_t slots = 0;
    std::string_view source;
    if (!take_varint(data, key) || !take_bytes(data, subject.source.bytes.size(), source)) return false;
    subject.key = KeyId(static_cast<std::uint32_t>(key));
    std::memcpy(subject.source.bytes.data(), source.data(), source.size());
    if (!take_varint(data, slots)) return false;
    for (; slots > 0; --slots) {
      std::uint64_t slot = 0;
      std::uint64_t refused = 0;
      std::uint64_t dead = 0;
      if (!take_varint(data, slot) || !take_varint(data, refused) || !take_varint(data, dead)) return false;
      const RefusalCounts counts{.refused = static_cast<std::uint32_t>(refused),
                                 .dead = static_cast<std::uint32_t>(dead)};
      if (!window.add(static_cast<std::int64_t>(slot), subject, counts)) return false;
    }
  }
  return true;
}

}  // namespace weir
