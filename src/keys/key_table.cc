#include "keys/key_table.h"

#include <algorithm>
#include <bit>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/epoch.h"
#include "base/log.h"
#include "keys/digest.h"
#include "keys/digest_index.h"
#include "keys/key_format.h"
#include "keys/key_record.h"
#include "keys/presented_hash.h"
#include "keys/verified_cache.h"

namespace weir {
namespace {

constexpr std::size_t kSlotsMin = 1024;

/// What is replaced together when the table grows.
struct Directory {
  Directory(std::size_t slots, const RecordPool& pool) : index(slots, pool), verified(slots, pool) {}
  DigestIndex index;
  VerifiedCache verified;
};

/// The writer's knowledge of a key beyond its record.
struct Held {
  std::shared_ptr<KeyExtras> extras;
  std::uint32_t retired_record = 0;
};

class Table final : public KeyTable {
 public:
  explicit Table(std::string_view pepper)
      : hasher_(pepper),
        hash_key_(draw_presented_hash_key()),
        pool_(std::make_shared<RecordPool>()),
        directory_(new Directory(kSlotsMin, *pool_)) {}
  ~Table() override { delete directory_.load(); }

  [[nodiscard]] KeyMatch find(std::string_view presented, UtcTime now) noexcept override;
  void put(const ApiKey& key, QuotaId quota, bool owner_active) override;
  void erase(KeyId id) override;
  void reserve(std::size_t keys) override;
  [[nodiscard]] std::vector<KeyId> take_ended_rotations() override;
  [[nodiscard]] std::size_t size() const noexcept override { return size_.load(std::memory_order_relaxed); }

 private:
  /// A secret to publish: a key's current or its retired one.
  struct Secret {
    DigestWords digest;
    std::int64_t ends_us;
    RecordState state;
  };

  [[nodiscard]] KeyMatch judge(RecordRef ref, RecordState state, UtcTime now) noexcept;
  std::uint32_t publish(const Secret& secret, const ApiKey& key, QuotaId quota, KeyExtras* extras);
  void disown(RecordRef replaced, KeyId by);
  void retire(std::uint32_t record, std::shared_ptr<KeyExtras> extras);
  void make_room(std::size_t secrets);

  const KeyHasher hasher_;
  const PresentedHashKey hash_key_;
  const std::shared_ptr<RecordPool> pool_;  // shared with retirements that are still due
  std::atomic<Directory*> directory_;
  std::atomic<std::size_t> size_{0};
  std::atomic<bool> rotations_ended_{false};  // some have, since take_ended_rotations looked

  std::mutex writer_;                             // guards what follows; never taken by find
  std::vector<std::uint32_t> current_;            // by key id: the record of its current secret, or 0
  std::unordered_map<std::uint32_t, Held> held_;  // by key id: only keys that have extras
};

KeyMatch Table::find(std::string_view presented, UtcTime now) noexcept {
  KeyMatch none;
  none.status = KeyStatus::kMalformed;
  if (presented.size() > kKeyLengthMax) return none;
  const PresentedTag tag = presented_tag(hash_key_, presented);
  Directory& directory = *directory_.load(std::memory_order_acquire);
  if (const auto hit = directory.verified.find(tag); hit.ref) return judge(hit.ref, hit.state, now);

  if (classify_key(presented) == KeyShape::kMalformed) return none;
  none.status = KeyStatus::kUnknown;
  const RecordRef ref = directory.index.find(DigestWords(hasher_.digest(presented)));
  if (!ref) return none;
  KeyRecord& record = pool_->at(ref.record());
  record.remember(tag);
  directory.verified.put(tag, ref);
  // Should it have been replaced since the index was read, this look-up is as old as the record.
  return judge(ref, record.state.load(std::memory_order_acquire), now);
}

KeyMatch Table::judge(RecordRef ref, RecordState state, UtcTime now) noexcept {
  const KeyRecord& record = pool_->at(ref.record());
  KeyExtras* const extras = record.extras;
  KeyMatch match;
  match.id = KeyId(ref.id());
  match.user = record.user;
  match.quota = record.quota;
  match.status = KeyStatus::kValid;
  if (record.ends_us == kInactiveNow) {
    match.status = KeyStatus::kInactive;
  } else if (now.time_since_epoch().count() >= record.ends_us) {
    match.status = KeyStatus::kExpired;
  }
  if (extras == nullptr) return match;
  if (extras->restricted) match.restrictions = &extras->restrictions;
  if (!extras->ends_on_first_use || match.status != KeyStatus::kValid) return match;
  if (is_retired(state)) {
    if (extras->rotation_ended.load(std::memory_order_acquire)) match.status = KeyStatus::kExpired;
  } else if (!extras->rotation_ended.load(std::memory_order_relaxed)) {
    extras->rotation_ended.store(true, std::memory_order_release);
    rotations_ended_.store(true, std::memory_order_release);
  }
  return match;
}

/// What of `key` needs extras, or null. A rotation that ended here stays ended until its retired secret goes.
std::shared_ptr<KeyExtras> make_extras(const ApiKey& key, const KeyExtras* before) {
  const bool restricted = !key.allowed_routes.empty() || !key.allowed_networks.empty();
  if (!restricted && !key.retired) return nullptr;
  auto extras = std::make_shared<KeyExtras>();
  extras->restrictions = {key.allowed_routes, key.allowed_networks};
  extras->restricted = restricted;
  if (key.retired) {
    extras->ends_on_first_use = key.retired->ends_on_first_use;
    extras->retired = key.retired->digest;
    if (before != nullptr && before->ends_on_first_use && equal_digests(before->retired, extras->retired)) {
      extras->rotation_ended = before->rotation_ended.load();
      extras->rotation_told = before->rotation_told;
    }
  }
  return extras;
}

void Table::put(const ApiKey& key, QuotaId quota, bool owner_active) {
  const std::uint32_t id = key.id.value();
  if (id == 0 || id > kKeyIdMax) {
    log::error("a key's id is beyond the table's bound", {{"id", id}, {"bound", kKeyIdMax}});
    return;
  }
  const std::lock_guard lock(writer_);
  make_room(2);
  if (current_.size() <= id)
    current_.resize(
        std::max<std::size_t>(id + 1, std::min(current_.size() * 3 / 2, std::size_t{kKeyIdMax} + 1)));
  const auto held = held_.find(id);
  const Held before = held == held_.end() ? Held{} : held->second;
  const std::uint32_t current_before = current_[id];

  Held after{make_extras(key, before.extras.get()), 0};
  std::int64_t ends_us = key.expires_at ? key.expires_at->time_since_epoch().count() : kNeverEnds;
  if (!key.is_active || !owner_active) ends_us = kInactiveNow;
  current_[id] =
      publish({DigestWords(key.digest), ends_us, RecordState::kCurrent}, key, quota, after.extras.get());
  if (current_before == 0 && current_[id] != 0) size_.fetch_add(1, std::memory_order_relaxed);
  if (key.retired && !equal_digests(key.retired->digest, key.digest)) {
    ends_us = std::min(ends_us, static_cast<std::int64_t>(key.retired->ends_at.time_since_epoch().count()));
    after.retired_record = publish({DigestWords(key.retired->digest), ends_us, RecordState::kRetired}, key,
                                   quota, after.extras.get());
  }
  if (after.extras) {
    held_[id] = after;
  } else if (held != held_.end()) {
    held_.erase(id);
  }
  if (current_before != 0) retire(current_before, before.extras);
  if (before.retired_record != 0) retire(before.retired_record, before.extras);
}

void Table::erase(KeyId id) {
  const std::lock_guard lock(writer_);
  if (id.value() >= current_.size() || current_[id.value()] == 0) return;
  Held before;
  if (const auto held = held_.find(id.value()); held != held_.end()) {
    before = held->second;
    held_.erase(held);
  }
  const std::uint32_t record = std::exchange(current_[id.value()], 0);
  size_.fetch_sub(1, std::memory_order_relaxed);
  retire(record, before.extras);
  if (before.retired_record != 0) retire(before.retired_record, before.extras);
}

/// Fills a record and makes it what stands for its digest.
std::uint32_t Table::publish(const Secret& secret, const ApiKey& key, QuotaId quota, KeyExtras* extras) {
  const std::uint32_t number = pool_->take();
  if (number == 0) {
    log::error("the key table is full", {{"id", key.id.value()}});
    return 0;
  }
  KeyRecord& record = pool_->at(number);
  record.digest = secret.digest;
  record.remember({});
  record.ends_us = secret.ends_us;
  record.extras = extras;
  record.id = key.id.value();
  record.user = key.user_id;
  record.quota = quota;
  record.state.store(secret.state, std::memory_order_release);
  const RecordRef ref(record.id, number, secret.digest.high);
  disown(directory_.load(std::memory_order_relaxed)->index.put(secret.digest, ref), key.id);
  return number;
}

/// The store refuses two keys with one digest; should they come all the same, the later one has it.
void Table::disown(RecordRef replaced, KeyId by) {
  if (!replaced || replaced.id() == by.value()) return;
  Held before;
  const auto held = held_.find(replaced.id());
  if (held != held_.end()) before = held->second;
  if (current_[replaced.id()] == replaced.record()) {
    current_[replaced.id()] = 0;
    size_.fetch_sub(1, std::memory_order_relaxed);
  } else if (held != held_.end() && before.retired_record == replaced.record()) {
    held->second.retired_record = 0;
  }
  retire(replaced.record(), before.extras);
}

/// Out of the index, unless it was replaced there; used again when nobody can hold it or its extras any more.
void Table::retire(std::uint32_t number, std::shared_ptr<KeyExtras> extras) {
  KeyRecord& record = pool_->at(number);
  directory_.load(std::memory_order_relaxed)
      ->index.remove(record.digest, RecordRef(record.id, number, record.digest.high));
  record.state.store(is_retired(record.state.load()) ? RecordState::kRetiredGone : RecordState::kCurrentGone,
                     std::memory_order_release);
  epoch_retire([pool = pool_, number, held = std::move(extras)] { pool->give_back(number); });
}

/// Another directory when `secrets` more would crowd this one; with the tags that threads have verified.
void Table::make_room(std::size_t secrets) {
  Directory* const old = directory_.load(std::memory_order_relaxed);
  if (!old->index.crowded(secrets)) return;
  const std::size_t wanted = (old->index.live() + secrets) * 4 / 3 + 1;
  auto* const bigger = new Directory(std::bit_ceil(std::max(wanted + wanted / 4, kSlotsMin)), *pool_);
  old->index.for_each([&](RecordRef ref) {
    const KeyRecord& record = pool_->at(ref.record());
    bigger->index.put(record.digest, ref);
    const PresentedTag tag{record.tag_low.load(std::memory_order_relaxed),
                           record.tag_high.load(std::memory_order_relaxed)};
    if (!record.verified({})) bigger->verified.put(tag, ref);
  });
  directory_.store(bigger, std::memory_order_release);
  epoch_retire([old] { delete old; });
}

void Table::reserve(std::size_t keys) {
  const std::lock_guard lock(writer_);
  keys = std::min<std::size_t>(keys, kKeyIdMax);
  if (current_.size() <= keys) current_.resize(keys + 1);
  const std::size_t live = directory_.load(std::memory_order_relaxed)->index.live();
  if (keys > live) make_room(keys - live);
}

std::vector<KeyId> Table::take_ended_rotations() {
  std::vector<KeyId> ended;
  if (!rotations_ended_.exchange(false, std::memory_order_acq_rel)) return ended;
  const std::lock_guard lock(writer_);
  for (auto& [id, held] : held_) {
    KeyExtras& extras = *held.extras;
    if (!extras.ends_on_first_use || extras.rotation_told ||
        !extras.rotation_ended.load(std::memory_order_acquire))
      continue;
    extras.rotation_told = true;
    ended.push_back(KeyId(id));
  }
  return ended;
}

}  // namespace

std::unique_ptr<KeyTable> KeyTable::create(std::string_view pepper) {
  return std::make_unique<Table>(pepper);
}

}  // namespace weir
