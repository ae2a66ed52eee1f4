#include "admin/import_key_lookup.h"

#include <charconv>

#include "base/epoch.h"

namespace weir {

Result<ImportKeyLookup::Owner> ImportKeyLookup::find(std::string_view value, UtcTime now) {
  if (const auto known = known_.find(value); known != known_.end()) return known->second;
  WEIR_TRY_ASSIGN(owner, look_up(value, now));
  if (known_.size() >= kKnownMax) known_.clear();
  known_.emplace(value, owner);
  return owner;
}

Result<ImportKeyLookup::Owner> ImportKeyLookup::look_up(std::string_view value, UtcTime now) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), id);
  if (error == std::errc{} && end == value.data() + value.size()) {
    auto key = keys_.get(KeyId(id));
    if (key) return Owner{key->id, key->user_id};
    if (key.error().code != ErrorCode::kNotFound) return tl::unexpected<Error>(key.error());
  }
  const EpochGuard guard;
  const KeyMatch match = table_.find(value, now);
  return Owner{match.id, match.user};
}

}  // namespace weir
