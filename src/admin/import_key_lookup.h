// Whose calls the lines of an imported log are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "keys/key_table.h"
#include "store/key_store.h"

namespace weir {

/// A key as the log names it: its id, or the key itself. Not thread-safe; bounded: it forgets what it looked
/// up beyond kKnownMax values.
class ImportKeyLookup {
 public:
  struct Owner {
    KeyId key;
    UserId user;
  };
  static constexpr std::size_t kKnownMax = 65536;

  ImportKeyLookup(KeyStore& keys, KeyTable& table) : keys_(keys), table_(table) {}

  /// None for a value no key has. Blocks on the store for a value that is new.
  [[nodiscard]] Result<Owner> find(std::string_view value, UtcTime now);

 private:
  [[nodiscard]] Result<Owner> look_up(std::string_view value, UtcTime now);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  KeyStore& keys_;
  KeyTable& table_;
  std::unordered_map<std::string, Owner, Hash, std::equal_to<>> known_;
};

}  // namespace weir
