// A few bytes for each of some slots of ten seconds, by slot, in one block of memory.
//
// For the windows of subjects, of which there are a hundred thousand: two bytes a slot beside its own, and a
// block with little to spare. The newest slot is written anew in place. Not thread-safe. Slots kept lie less
// than kSlotsApartMax from each other: whoever adds expires.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace weir {

class SlotBytes {
 public:
  using Bytes = std::span<const std::uint8_t>;
  static constexpr std::size_t kEntryMax = 250;  // bytes of one slot
  static constexpr std::int64_t kSlotsApartMax = 256;

  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// These two only when not empty.
  [[nodiscard]] std::int64_t newest() const { return newest_; }
  [[nodiscard]] std::int64_t oldest() const { return oldest_; }

  /// What `slot` has; nothing when it is not there. Valid until the next change.
  [[nodiscard]] Bytes find(std::int64_t slot) const;
  /// Gives `slot` these bytes, in place of those it had. `bytes` is not of this object.
  void put(std::int64_t slot, Bytes bytes);

  /// Calls `visit(slot, bytes)`, oldest first.
  template <class Visit>
  void each(Visit visit) const {
    for (std::uint32_t at = 0; at < size_; at = behind(at)) visit(slot_at(at), bytes_at(at));
  }
  /// Forgets slots before `from`, having called `visit(bytes)` for each.
  template <class Visit>
  void expire(std::int64_t from, Visit visit) {
    if (size_ == 0 || oldest_ >= from) return;
    std::uint32_t keep = 0;
    for (; keep < size_ && slot_at(keep) < from; keep = behind(keep)) visit(bytes_at(keep));
    drop_front(keep);
  }

  /// The newest slot is about to be read.
  void fetch() const {
    if (size_ == 0) return;
    __builtin_prefetch(&data_[last_]);
    __builtin_prefetch(&data_[size_ - 1]);
  }

  [[nodiscard]] std::size_t heap_bytes() const { return capacity_; }

 private:
  static constexpr std::uint32_t kHeadBytes = 2;  // of an entry: the slot's lowest eight bits, the length

  [[nodiscard]] std::int64_t slot_at(std::uint32_t at) const {
    return newest_ - static_cast<std::uint8_t>(static_cast<std::uint8_t>(newest_) - data_[at]);
  }
  [[nodiscard]] Bytes bytes_at(std::uint32_t at) const { return {&data_[at + kHeadBytes], data_[at + 1]}; }
  [[nodiscard]] std::uint32_t behind(std::uint32_t at) const { return at + kHeadBytes + data_[at + 1]; }
  /// The first entry of `slot` or later; size_: none.
  [[nodiscard]] std::uint32_t place_of(std::int64_t slot) const;
  void drop_front(std::uint32_t bytes);
  /// Moves to a block for `size` bytes and a little more.
  void move_to_block(std::uint32_t size);

  std::unique_ptr<std::uint8_t[]> data_;
  std::uint16_t size_ = 0;  // 256 slots of kEntryMax bytes are fewer than 65,536
  std::uint16_t capacity_ = 0;
  std::uint16_t last_ = 0;    // where the newest entry begins
  std::uint32_t newest_ = 0;  // its slot
  std::uint32_t oldest_ = 0;  // here, so that most subjects' blocks are not touched to find them young enough
};
static_assert(sizeof(SlotBytes) == 24);

}  // namespace weir
