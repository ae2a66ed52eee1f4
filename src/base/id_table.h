// Things by number, one behind the other in memory: for tables that are read through as often as looked up,
// and looked up for many numbers at once, whose places can be fetched ahead.
//
// Not thread-safe. A position is good until something is erased, a reference until something is added too.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weir {

template <class Value>
class IdTable {
 public:
  using Position = std::uint32_t;
  static constexpr Position kNone = 0xFFFF'FFFF;
  struct Entry {
    std::uint32_t id;
    Value value;
  };

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }

  [[nodiscard]] Value& at(Position position) { return entries_[position].value; }
  [[nodiscard]] const Value& at(Position position) const { return entries_[position].value; }
  /// kNone: not there.
  [[nodiscard]] Position find(std::uint32_t id) const {
    return slots_.empty() ? kNone : slots_[slot_of(id)].position;
  }
  [[nodiscard]] const Value* get(std::uint32_t id) const {
    const Position position = find(id);
    return position == kNone ? nullptr : &entries_[position].value;
  }
  /// Makes it when it is not there.
  Position find_or_add(std::uint32_t id) {
    if ((entries_.size() + 1) * 4 > slots_.size() * 3) rehash();
    Slot& slot = slots_[slot_of(id)];
    if (slot.position == kNone) {
      slot = {.id = id, .position = static_cast<Position>(entries_.size())};
      entries_.push_back({.id = id, .value = Value()});
    }
    return slot.position;
  }

  /// Calls `visit(id, value)` for each, which answers whether to erase it.
  template <class Visit>
  void erase_if(Visit visit) {
    for (std::size_t i = 0; i < entries_.size();) {
      if (visit(entries_[i].id, entries_[i].value))
        erase(static_cast<Position>(i));
      else
        ++i;
    }
  }
  void clear() {
    entries_.clear();
    slots_.assign(slots_.size(), Slot());
  }

  /// A look-up of `id`, or what lies at a position, is about to come.
  void fetch_slot(std::uint32_t id) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[home_of(id)]);
  }
  void fetch(Position position) const {
    const auto* entry = reinterpret_cast<const char*>(&entries_[position]);
    for (std::size_t at = 0; at < sizeof(Entry); at += kCacheLine) __builtin_prefetch(entry + at);
    __builtin_prefetch(entry + sizeof(Entry) - 1);
  }

  [[nodiscard]] std::size_t heap_bytes() const {
    return entries_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(Slot);
  }

 private:
  struct Slot {
    std::uint32_t id = 0;
    Position position = kNone;
  };
  static constexpr std::size_t kSlotsMin = 16;
  static constexpr std::size_t kCacheLine = 64;

  [[nodiscard]] std::size_t home_of(std::uint32_t id) const {
    return (id * 0x9E37'79B9'7F4A'7C15ULL) >> shift_;
  }
  /// Where `id` is, or would be.
  [[nodiscard]] std::size_t slot_of(std::uint32_t id) const {
    std::size_t at = home_of(id);
    while (slots_[at].position != kNone && slots_[at].id != id) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  void rehash() {
    slots_.assign(slots_.empty() ? kSlotsMin : slots_.size() * 2, Slot());
    shift_ = 64 - std::countr_zero(slots_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i)
      slots_[slot_of(entries_[i].id)] = {.id = entries_[i].id, .position = static_cast<Position>(i)};
  }

  void erase(Position position) {
    free_slot(slot_of(entries_[position].id));
    if (position + 1 != entries_.size()) {
      entries_[position] = std::move(entries_.back());
      slots_[slot_of(entries_[position].id)].position = position;
    }
    entries_.pop_back();
  }
  /// Moves what follows without a gap up, so that no search ends too early.
  void free_slot(std::size_t gap) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = (gap + 1) & mask; slots_[at].position != kNone; at = (at + 1) & mask) {
      if (((at - home_of(slots_[at].id)) & mask) < ((at - gap) & mask)) continue;
      slots_[gap] = slots_[at];
      gap = at;
    }
    slots_[gap] = Slot();
  }

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // a power of two, at most three quarters taken
  int shift_ = 0;
};

}  // namespace weir
