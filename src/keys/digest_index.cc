#include "keys/digest_index.h"

namespace weir {

DigestIndex::DigestIndex(std::size_t slots, const RecordPool& pool)
    : mask_(slots - 1), slots_(make_large_array<std::atomic<std::uint64_t>>(slots)), pool_(pool) {}

RecordRef DigestIndex::find(const DigestWords& digest) const noexcept {
  for (std::size_t i = digest.low & mask_;; i = (i + 1) & mask_) {
    const std::uint64_t bits = slots_[i].load(std::memory_order_acquire);
    if (bits == kEmpty) return {};
    const RecordRef ref(bits);
    if (bits != kRemoved && ref.may_be(digest.high) && pool_.at(ref.record()).digest.equals(digest))
      return ref;
  }
}

std::size_t DigestIndex::position(const DigestWords& digest) const {
  std::size_t removed = mask_ + 1;
  for (std::size_t i = digest.low & mask_;; i = (i + 1) & mask_) {
    const std::uint64_t bits = slots_[i].load(std::memory_order_relaxed);
    if (bits == kEmpty) return removed <= mask_ ? removed : i;
    if (bits == kRemoved) {
      if (removed > mask_) removed = i;
      continue;
    }
    const RecordRef ref(bits);
    if (ref.may_be(digest.high) && pool_.at(ref.record()).digest.equals(digest)) return i;
  }
}

RecordRef DigestIndex::put(const DigestWords& digest, RecordRef ref) {
  auto& slot = slots_[position(digest)];
  const std::uint64_t before = slot.load(std::memory_order_relaxed);
  if (before == kEmpty) ++filled_;
  if (before <= kRemoved) ++live_;
  slot.store(ref.bits(), std::memory_order_release);
  return RecordRef(before == kRemoved ? kEmpty : before);
}

void DigestIndex::remove(const DigestWords& digest, RecordRef ref) {
  auto& slot = slots_[position(digest)];
  if (slot.load(std::memory_order_relaxed) != ref.bits()) return;
  slot.store(kRemoved, std::memory_order_release);
  --live_;
}

}  // namespace weir
