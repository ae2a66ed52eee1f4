#include "admin/token_table.h"

#include "keys/token_format.h"
#include "model/actor.h"

namespace weir {

TokenTable::TokenTable(std::string_view built_in, std::string_view pepper)
    : hasher_(pepper), has_built_in_(!built_in.empty()), built_in_(hasher_.digest(built_in)) {}

void TokenTable::put(const AdminToken& token) {
  const std::scoped_lock lock(mutex_);
  entries_[token.id] = {.holder = {token.id, token.name, token.role, token.expires_at},
                        .digest = token.digest,
                        .last_used = token.last_used,
                        .stored_use = token.last_used};
  digests_[token.digest] = token.id;
}

void TokenTable::erase(TokenId id) {
  const std::scoped_lock lock(mutex_);
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  digests_.erase(entry->second.digest);
  entries_.erase(entry);
}

std::optional<TokenHolder> TokenTable::use(Entry& entry, UtcTime now) {
  if (entry.holder.expires_at && *entry.holder.expires_at <= now) return std::nullopt;
  entry.last_used = now;
  return entry.holder;
}

std::optional<TokenHolder> TokenTable::find(std::string_view presented, UtcTime now) {
  const auto digest = hasher_.digest(presented);
  if (has_built_in_ && equal_digests(digest, built_in_)) return find(TokenId(), now);
  if (!is_token_shaped(presented)) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  const auto known = digests_.find(digest);
  if (known == digests_.end()) return std::nullopt;
  auto& entry = entries_.at(known->second);
  return equal_digests(digest, entry.digest) ? use(entry, now) : std::nullopt;
}

std::optional<TokenHolder> TokenTable::find(TokenId id, UtcTime now) {
  if (!id) {
    if (!has_built_in_) return std::nullopt;
    return TokenHolder{TokenId(), std::string(kBuiltInTokenName), Role::kAdmin, std::nullopt};
  }
  const std::scoped_lock lock(mutex_);
  const auto entry = entries_.find(id);
  return entry == entries_.end() ? std::nullopt : use(entry->second, now);
}

std::optional<UtcTime> TokenTable::last_used(TokenId id) const {
  const std::scoped_lock lock(mutex_);
  const auto entry = entries_.find(id);
  return entry == entries_.end() ? std::nullopt : entry->second.last_used;
}

std::vector<TokenTable::Use> TokenTable::take_uses(UtcTime now, Seconds interval) {
  const std::scoped_lock lock(mutex_);
  std::vector<Use> uses;
  for (auto& [id, entry] : entries_) {
    if (!entry.last_used || entry.last_used == entry.stored_use) continue;
    if (entry.stored_use && now - *entry.stored_use < interval) continue;
    entry.stored_use = entry.last_used;
    uses.push_back({id, *entry.last_used});
  }
  return uses;
}

void TokenTable::put_back(const Use& use) {
  const std::scoped_lock lock(mutex_);
  const auto entry = entries_.find(use.id);
  if (entry != entries_.end() && entry->second.stored_use == use.at) entry->second.stored_use.reset();
}

}  // namespace weir
