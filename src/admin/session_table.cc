#include "admin/session_table.h"

#include <algorithm>

#include "keys/checked_text.h"

namespace weir {
namespace {

constexpr std::string_view kPrefix = "weirses_";
constexpr std::size_t kRandomLength = 43;  // 256 bits

}  // namespace

bool is_session_shaped(std::string_view secret) {
  return secret.size() == kPrefix.size() + kRandomLength + kChecksumLength && secret.starts_with(kPrefix) &&
         is_base62(secret.substr(kPrefix.size())) && has_valid_checksum(secret);
}

bool SessionTable::has_ended(const Entry& entry, Instant now) const {
  return now - entry.used >= rules_.idle || now - entry.opened >= rules_.lifetime;
}

void SessionTable::make_room(TokenId token) {
  const auto oldest_of = [&](auto counts) {
    auto oldest = entries_.end();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (counts(it->second) && (oldest == entries_.end() || it->second.used < oldest->second.used))
        oldest = it;
    }
    return oldest;
  };
  const auto is_own = [&](const Entry& entry) { return entry.token == token; };
  const auto own = std::count_if(entries_.begin(), entries_.end(),
                                 [&](const auto& entry) { return is_own(entry.second); });
  if (static_cast<std::size_t>(own) >= rules_.of_one_token_max) entries_.erase(oldest_of(is_own));
  if (entries_.size() >= rules_.sessions_max) entries_.erase(oldest_of([](const Entry&) { return true; }));
}

Result<SessionTable::Opened> SessionTable::open(TokenId token, Instant now, UtcTime at) {
  WEIR_TRY_ASSIGN(secret, random_checked_text(kPrefix, kRandomLength));
  WEIR_TRY_ASSIGN(csrf_token, random_checked_text("", kRandomLength));
  const std::scoped_lock lock(mutex_);
  make_room(token);
  const auto id = hasher_.digest(secret);
  const UtcTime expires_at = at + rules_.lifetime;
  entries_[id] = {token, csrf_token, now, expires_at, now};
  return Opened{std::move(secret), {id, token, std::move(csrf_token), expires_at}};
}

std::optional<Session> SessionTable::find(std::string_view secret, Instant now) {
  if (!is_session_shaped(secret)) return std::nullopt;
  const auto digest = hasher_.digest(secret);
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(digest);
  if (found == entries_.end() || !equal_digests(found->first, digest)) return std::nullopt;
  auto& entry = found->second;
  if (has_ended(entry, now)) {
    entries_.erase(found);
    return std::nullopt;
  }
  entry.used = now;
  return Session{digest, entry.token, entry.csrf_token, entry.expires_at};
}

bool SessionTable::is_open(const KeyDigest& id, Instant now) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(id);
  return found != entries_.end() && !has_ended(found->second, now);
}

bool SessionTable::close(std::string_view secret) {
  const auto digest = hasher_.digest(secret);
  const std::scoped_lock lock(mutex_);
  return entries_.erase(digest) > 0;
}

std::size_t SessionTable::close_all_of(TokenId token) {
  const std::scoped_lock lock(mutex_);
  return std::erase_if(entries_, [&](const auto& entry) { return entry.second.token == token; });
}

void SessionTable::tick(Instant now) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return has_ended(entry.second, now); });
}

std::size_t SessionTable::size() const {
  const std::scoped_lock lock(mutex_);
  return entries_.size();
}

}  // namespace weir
