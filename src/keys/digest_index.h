// From a secret's digest to its record: open addressing with linear probing over words written whole.
//
// One writer; readers on any thread, without waiting. Digests come from a keyed hash, so nobody outside can
// choose where they fall.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "keys/key_record.h"
#include "keys/large_array.h"

namespace weir {

class DigestIndex {
 public:
  /// `slots` is a power of two.
  DigestIndex(std::size_t slots, const RecordPool& pool);

  /// The record with `digest`, alive or just replaced; none.
  [[nodiscard]] RecordRef find(const DigestWords& digest) const noexcept;

  /// Puts `ref` for `digest`; the ref it replaces, or none. There must be room.
  RecordRef put(const DigestWords& digest, RecordRef ref);
  /// Takes `ref` out, if it is still what stands for `digest`.
  void remove(const DigestWords& digest, RecordRef ref);

  /// With `more`, over three quarters of the slots would be in use, removed ones counted: time for another
  /// index.
  [[nodiscard]] bool crowded(std::size_t more) const { return (filled_ + more) * 4 > (mask_ + 1) * 3; }
  [[nodiscard]] std::size_t live() const { return live_; }

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i <= mask_; ++i) {
      const std::uint64_t bits = slots_[i].load(std::memory_order_relaxed);
      if (bits > kRemoved) visit(RecordRef(bits));
    }
  }

 private:
  static constexpr std::uint64_t kEmpty = 0;
  static constexpr std::uint64_t kRemoved = 1;  // no record: their numbers begin with 1, above bit 15

  /// Where `digest` stands, or the first slot it could be put in.
  [[nodiscard]] std::size_t position(const DigestWords& digest) const;

  std::size_t mask_;
  LargeArray<std::atomic<std::uint64_t>> slots_;
  const RecordPool& pool_;
  std::size_t filled_ = 0;  // the writer's: slots not empty
  std::size_t live_ = 0;
};

}  // namespace weir
