// From a presented key's tag to the record it was verified to belong to: spares known keys their HMAC.
//
// A bounded table all threads share, read and written without waiting. It only suggests: what counts is the
// tag in the record, compared whole, and that the record is alive. A lost or stale word costs one HMAC,
// nothing else.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "keys/key_record.h"
#include "keys/large_array.h"

namespace weir {

class VerifiedCache {
 public:
  static constexpr std::size_t kWays = 8;  // one cache line

  /// `slots` is a power of two, at least kWays.
  VerifiedCache(std::size_t slots, const RecordPool& pool)
      : mask_(slots / kWays - 1), lines_(make_large_array<Line>(slots / kWays)), pool_(pool) {}

  /// The living record that remembers `tag`, with its state as it was seen; none.
  struct Hit {
    RecordRef ref;
    RecordState state = RecordState::kUnused;
  };
  [[nodiscard]] Hit find(const PresentedTag& tag) const noexcept {
    for (const auto& word : lines_[tag.low & mask_].words) {
      const RecordRef ref(word.load(std::memory_order_acquire));
      if (!ref.may_be(tag.high) || !ref) continue;
      const KeyRecord& record = pool_.at(ref.record());
      const RecordState state = record.state.load(std::memory_order_acquire);
      if (is_alive(state) && record.verified(tag) && record.is_of(ref)) return {ref, state};
    }
    return {};
  }

  /// Over an empty word, one whose record is dead, or else any.
  void put(const PresentedTag& tag, RecordRef ref) noexcept {
    auto& words = lines_[tag.low & mask_].words;
    auto* place = &words[(tag.low >> 32) % kWays];
    for (auto& word : words) {
      const RecordRef there(word.load(std::memory_order_acquire));
      if (there && is_alive(pool_.at(there.record()).state.load(std::memory_order_relaxed))) continue;
      place = &word;
      break;
    }
    place->store(RecordRef(ref.id(), ref.record(), tag.high).bits(), std::memory_order_release);
  }

 private:
  struct alignas(64) Line {
    std::array<std::atomic<std::uint64_t>, kWays> words{};
  };

  std::size_t mask_;
  LargeArray<Line> lines_;
  const RecordPool& pool_;
};

}  // namespace weir
