// Whose a key is, from memory.
//
// Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "store/key_store.h"

namespace weir {

class KeyOwners {
 public:
  /// `keys` outlives it.
  explicit KeyOwners(KeyStore& keys) : keys_(keys) {}

  /// The owner of a key, of a removed one too; 0 when there never was one. Reads the store for the first and
  /// for keys not met before; an error is the store's, and the next call asks it again.
  [[nodiscard]] Result<std::uint32_t> user_of(std::uint32_t key);

 private:
  KeyStore& keys_;
  std::mutex mutex_;
  bool loaded_ = false;               // guarded by mutex_, as is what follows
  std::vector<std::uint32_t> users_;  // by key; a key never changes hands
};

}  // namespace weir
