#include "admin/audit_trail.h"

#include "base/log.h"

namespace weir {
namespace {

constexpr Seconds kCleanEvery{3600};
constexpr std::size_t kSlice = 1000;  // entries removed in one transaction

}  // namespace

Result<void> AuditTrail::change(const Actor& actor, const std::function<Result<AuditChange>()>& work) {
  return store_.atomically([&]() -> Result<void> {
    WEIR_TRY_ASSIGN(change, work());
    return record(actor, std::move(change));
  });
}

Result<void> AuditTrail::record(const Actor& actor, AuditChange change) {
  AuditEntry made = entry(actor, std::move(change));
  return store_.audit().append(made);
}

AuditEntry AuditTrail::entry(const Actor& actor, AuditChange change) const {
  return {.id = 0, .at = clock_.utc(), .actor = actor, .change = std::move(change)};
}

void AuditTrail::note(const Actor& actor, AuditChange change) {
  const std::scoped_lock lock(mutex_);
  if (pending_.size() >= kPendingMax) {
    log::warn("the audit log waits for the store and takes no more: this is noted here only",
              {{"action", change.action}, {"actor", actor.name}, {"source", actor.source.to_string()}});
    return;
  }
  pending_.push_back(entry(actor, std::move(change)));
}

void AuditTrail::tick() {
  write_pending();
  remove_old();
}

void AuditTrail::write_pending() {
  std::deque<AuditEntry> entries;
  {
    const std::scoped_lock lock(mutex_);
    entries = pending_;
  }
  if (entries.empty()) return;
  const auto written = store_.atomically([&]() -> Result<void> {
    for (auto& entry : entries) WEIR_TRY(store_.audit().append(entry));
    return {};
  });
  if (!written) {
    log::warn("the audit log is not written yet, will be tried again", {{"reason", written.error().detail}});
    return;
  }
  const std::scoped_lock lock(mutex_);
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(entries.size()));
}

void AuditTrail::remove_old() {
  const Instant now = clock_.instant();
  if (!retention_ || (cleaned_ && now - *cleaned_ < kCleanEvery)) return;
  const auto removed = store_.audit().remove_before(clock_.utc() - *retention_, kSlice);
  if (!removed) {
    log::warn("old entries of the audit log cannot be removed", {{"reason", removed.error().detail}});
    cleaned_ = now;
    return;
  }
  if (*removed < kSlice) cleaned_ = now;  // else the next tick goes on
}

}  // namespace weir
