#include "admin/refused_attempts.h"

#include "admin/audit_change.h"

namespace weir {

void RefusedAttempts::count(const IpAddress& source, const std::string& reason, Instant now) {
  const std::scoped_lock lock(mutex_);
  if (!since_) since_ = now;
  const auto key = std::pair(source, reason);
  if (counts_.size() < kSourcesMax || counts_.contains(key))
    ++counts_[key];
  else
    ++others_;
}

void RefusedAttempts::tick(Instant now) {
  {
    const std::scoped_lock lock(mutex_);
    if (!since_ || now - *since_ < kInterval) return;
  }
  hand_over();
}

void RefusedAttempts::hand_over() {
  decltype(counts_) counts;
  std::uint64_t others = 0;
  {
    const std::scoped_lock lock(mutex_);
    since_.reset();
    counts.swap(counts_);
    std::swap(others, others_);
  }
  Actor nobody;
  for (const auto& [key, attempts] : counts) {
    nobody.source = key.first;
    audit_.note(nobody,
                audit_update("session", "", {}, {{"attempts", attempts}, {"reason", key.second}}, "refuse"));
  }
  if (others == 0) return;
  nobody.source = {};
  audit_.note(nobody, audit_update("session", "", {},
                                   {{"attempts", others}, {"reason", "from other sources"}}, "refuse"));
}

}  // namespace weir
