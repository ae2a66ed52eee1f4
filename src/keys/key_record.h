// What the table holds of one secret of a key, and where: 64-byte records in chunks that never move.
//
// Once a record can be found its fields do not change. A changed key gets a new record; the old one is marked
// dead and used again when no reader can hold it any more (base/epoch.h). So readers take no lock and never
// see half a change.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>
#include <mutex>
#include <vector>

#include "keys/key_table.h"
#include "keys/presented_hash.h"
#include "model/api_key.h"

namespace weir {

/// The first 128 bits of a digest: what is compared (RFC 2104, section 5, truncation).
struct DigestWords {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  DigestWords() = default;
  explicit DigestWords(const KeyDigest& digest) {
    std::memcpy(&low, digest.data(), 8);
    std::memcpy(&high, digest.data() + 8, 8);
  }
  /// In constant time.
  [[nodiscard]] bool equals(const DigestWords& other) const {
    return ((low ^ other.low) | (high ^ other.high)) == 0;
  }
};

/// What few keys have. Shared by the records of a key's current and retired secret.
struct KeyExtras {
  KeyRestrictions restrictions;
  bool restricted = false;
  bool ends_on_first_use = false;           // of the retired secret, by a use of the current one
  KeyDigest retired{};                      // which that is
  std::atomic<bool> rotation_ended{false};  // set by the first look-up that finds the current secret
  bool rotation_told = false;               // handed out by take_ended_rotations; the writer's
};

/// Which secret a record is, and whether it may still be found.
enum class RecordState : std::uint32_t { kUnused, kCurrent, kRetired, kCurrentGone, kRetiredGone };
[[nodiscard]] constexpr bool is_alive(RecordState state) {
  return state == RecordState::kCurrent || state == RecordState::kRetired;
}
[[nodiscard]] constexpr bool is_retired(RecordState state) {
  return state == RecordState::kRetired || state == RecordState::kRetiredGone;
}

/// Ends of validity that are no times.
inline constexpr std::int64_t kNeverEnds = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kInactiveNow = std::numeric_limits<std::int64_t>::min();

/// Where a record is: what both indexes hold, in one word that is read and written whole. The key's id stands
/// in it so that its limit counters can be fetched before the record has arrived; it must be compared with
/// the record's. 0: none.
class RecordRef {
 public:
  static constexpr std::uint32_t kRecordMax = (1U << 25) - 1;

  RecordRef() = default;
  explicit RecordRef(std::uint64_t bits) : bits_(bits) {}
  RecordRef(std::uint32_t id, std::uint32_t record, std::uint64_t hash)
      : bits_((std::uint64_t{id} << 40) | (std::uint64_t{record} << 15) | fingerprint_of(hash)) {}

  [[nodiscard]] std::uint64_t bits() const { return bits_; }
  [[nodiscard]] std::uint32_t id() const { return static_cast<std::uint32_t>(bits_ >> 40); }
  [[nodiscard]] std::uint32_t record() const { return static_cast<std::uint32_t>(bits_ >> 15) & kRecordMax; }
  [[nodiscard]] bool may_be(std::uint64_t hash) const { return (bits_ & 0x7FFF) == fingerprint_of(hash); }
  explicit operator bool() const { return bits_ != 0; }

 private:
  static std::uint64_t fingerprint_of(std::uint64_t hash) { return hash >> 49; }

  std::uint64_t bits_ = 0;
};
static_assert(kKeyIdMax < (1U << 24));

struct KeyRecord {
  DigestWords digest;
  // The tag of the presented text, once some thread has verified it; every thread would write the same.
  std::atomic<std::uint64_t> tag_low{0};
  std::atomic<std::uint64_t> tag_high{0};
  std::int64_t ends_us = kNeverEnds;  // microseconds of UTC; kInactiveNow: the key or its owner is inactive
  KeyExtras* extras = nullptr;
  std::uint32_t id = 0;
  UserId user;
  QuotaId quota;
  std::atomic<RecordState> state{RecordState::kUnused};  // written last, read first

  /// Whether a look-up verified this very text before. In constant time.
  [[nodiscard]] bool verified(const PresentedTag& tag) const {
    return ((tag_low.load(std::memory_order_relaxed) ^ tag.low) |
            (tag_high.load(std::memory_order_relaxed) ^ tag.high)) == 0;
  }
  /// Whether `ref` names the key this record is of. Hides from the compiler that the two ids are then equal:
  /// it must go on with the one in `ref`, so that what depends on it is fetched while this record still is.
  [[nodiscard]] bool is_of(RecordRef ref) const {
    std::uint32_t mine = id;
    __asm__("" : "+r"(mine));
    return mine == ref.id();
  }
  void remember(const PresentedTag& tag) {
    tag_low.store(tag.low, std::memory_order_relaxed);
    tag_high.store(tag.high, std::memory_order_relaxed);
  }
};
static_assert(sizeof(KeyRecord) == 64);

/// All records. `at` from any thread; `take` and `give_back` from any thread, under a lock of their own.
class RecordPool {
 public:
  /// A record to fill; 0 when all are in use. Numbers begin with 1.
  [[nodiscard]] std::uint32_t take();
  /// Of a record nobody can hold any more.
  void give_back(std::uint32_t record);

  [[nodiscard]] KeyRecord& at(std::uint32_t record) const {
    return chunks_[record / kChunk].load(std::memory_order_acquire)[record % kChunk];
  }

  RecordPool() = default;
  RecordPool(const RecordPool&) = delete;
  RecordPool& operator=(const RecordPool&) = delete;
  ~RecordPool();

 private:
  static constexpr std::uint32_t kChunk = 32768;  // 2 MiB: a huge page

  std::array<std::atomic<KeyRecord*>, (RecordRef::kRecordMax + 1) / kChunk> chunks_{};
  std::mutex mutex_;
  std::uint32_t used_ = 1;           // guarded by mutex_: no record from here on was ever taken
  std::vector<std::uint32_t> free_;  // guarded by mutex_
};

}  // namespace weir
