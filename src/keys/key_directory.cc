#include "keys/key_directory.h"

#include <limits>
#include <mutex>

#include "keys/key_table.h"

namespace weir {
namespace {

constexpr std::uint32_t kSecondMax = std::numeric_limits<std::uint32_t>::max();

/// Beyond 2106 a key expires in 2106 as far as anybody here asks.
std::uint32_t seconds_of(UtcTime time) {
  const auto seconds = std::chrono::floor<Seconds>(time).time_since_epoch().count();
  if (seconds <= 0) return 1;
  return seconds >= kSecondMax ? kSecondMax : static_cast<std::uint32_t>(seconds);
}

}  // namespace

std::uint16_t KeyDirectory::plan_number(const std::string& plan) {
  if (plan.empty()) return 0;
  if (const auto known = numbers_.find(plan); known != numbers_.end()) return known->second;
  // More plans than numbers: the last ones are not told apart.
  if (plans_.size() > std::numeric_limits<std::uint16_t>::max()) return 0;
  plans_.push_back(plan);
  return numbers_[plan] = static_cast<std::uint16_t>(plans_.size() - 1);
}

void KeyDirectory::put(const ApiKey& key, QuotaId quota, bool owner_active) {
  const std::uint32_t id = key.id.value();
  if (id > kKeyIdMax) return;
  const std::unique_lock lock(mutex_);
  if (id >= entries_.size()) entries_.resize(id + 1);
  entries_[id] = {.quota = quota.value(),
                  .expires_at = key.expires_at ? seconds_of(*key.expires_at) : 0,
                  .plan = plan_number(key.plan),
                  .exists = true,
                  .is_active = key.is_active && owner_active};
}

void KeyDirectory::erase(KeyId id) {
  const std::unique_lock lock(mutex_);
  if (id.value() < entries_.size()) entries_[id.value()] = {};
}

std::optional<KeyFacts> KeyDirectory::find(KeyId id) const {
  const std::shared_lock lock(mutex_);
  if (id.value() >= entries_.size() || !entries_[id.value()].exists) return std::nullopt;
  const Entry& entry = entries_[id.value()];
  KeyFacts facts{.quota = QuotaId(entry.quota),
                 .plan = plans_[entry.plan],
                 .is_active = entry.is_active,
                 .expires_at = {}};
  if (entry.expires_at != 0) facts.expires_at = UtcTime(Seconds(entry.expires_at));
  return facts;
}

std::vector<KeyDirectory::Expiry> KeyDirectory::expiring(UtcTime now, UtcTime until, std::size_t max) const {
  const std::uint32_t from = seconds_of(now);
  const std::uint32_t to = seconds_of(until);
  std::vector<Expiry> found;
  const std::shared_lock lock(mutex_);
  for (std::size_t id = 0; id < entries_.size() && found.size() < max; ++id) {
    const Entry& entry = entries_[id];
    if (!entry.is_active || entry.expires_at <= from || entry.expires_at > to) continue;
    found.push_back({KeyId(static_cast<std::uint32_t>(id)), UtcTime(Seconds(entry.expires_at))});
  }
  return found;
}

}  // namespace weir
