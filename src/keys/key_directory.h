// What is known of a key by its id: for whoever starts from a record of a call, not from a secret.
//
// 12 bytes a key. Thread-safe; calls hold a lock for a look-up, `expiring` while it reads through all keys
// (some milliseconds a million).
#pragma once

#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "model/api_key.h"
#include "model/ids.h"

namespace weir {

struct KeyFacts {
  QuotaId quota;
  std::string plan;  // empty: none
  bool is_active = false;
  std::optional<UtcTime> expires_at;  // whole seconds
};

class KeyDirectory {
 public:
  void put(const ApiKey& key, QuotaId quota, bool owner_active);
  void erase(KeyId id);

  /// Nothing for a key there is not.
  [[nodiscard]] std::optional<KeyFacts> find(KeyId id) const;

  struct Expiry {
    KeyId key;
    UtcTime at;
  };
  /// Active keys that expire after `now` and at or before `until`, by id; at most `max`.
  [[nodiscard]] std::vector<Expiry> expiring(UtcTime now, UtcTime until, std::size_t max) const;

 private:
  struct Entry {
    std::uint32_t quota = 0;
    std::uint32_t expires_at = 0;  // seconds since 1970; 0: never
    std::uint16_t plan = 0;        // in plans_
    bool exists = false;
    bool is_active = false;
  };

  [[nodiscard]] std::uint16_t plan_number(const std::string& plan);

  mutable std::shared_mutex mutex_;
  std::vector<Entry> entries_;                              // guarded by mutex_; by id
  std::vector<std::string> plans_{""};                      // guarded by mutex_
  std::unordered_map<std::string, std::uint16_t> numbers_;  // guarded by mutex_; of plans_
};

}  // namespace weir
