// Writes the audit log: every change with its entry, in one transaction.
//
//   WEIR_TRY(call.audit.change(call.actor, [&]() -> Result<AuditChange> {
//     WEIR_TRY(store.settings().put(name, text));
//     return audit_update("setting", name, before, after);
//   }));
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "model/audit_entry.h"
#include "store/store.h"

namespace weir {

/// Any thread. What changes something in the store uses `change` or, inside a transaction of its own,
/// `record`: no change is kept without its entry, no entry without its change. What is over when it is told
/// (a sign-in, a refused attempt, a reloaded file) uses `note`: never lost but by a crash or at kPendingMax.
class AuditTrail {
 public:
  /// Entries `note` holds at most while the store takes none; further ones are in the log only.
  static constexpr std::size_t kPendingMax = 1000;

  /// `retention`: entries older than that are removed; none: kept for ever.
  AuditTrail(Store& store, const Clock& clock, std::optional<Seconds> retention)
      : store_(store), clock_(clock), retention_(retention) {}

  /// Runs `work` and writes the entry it gives back, in one transaction. Blocks on the store. Nothing of both
  /// is kept when either fails. `work` writes to the store only: what it does elsewhere is not undone.
  [[nodiscard]] Result<void> change(const Actor& actor, const std::function<Result<AuditChange>()>& work);
  /// The entry for whoever writes it with the change itself, in another transaction than `change` has.
  [[nodiscard]] AuditEntry entry(const Actor& actor, AuditChange change) const;
  /// The entry alone; inside Store::atomically kept only with the rest.
  [[nodiscard]] Result<void> record(const Actor& actor, AuditChange change);
  /// Never fails and never waits for the store: `tick` writes it.
  void note(const Actor& actor, AuditChange change);

  /// Housekeeping once a second or so: writes what was noted, removes what is too old, in small slices.
  void tick();

 private:
  void write_pending();
  void remove_old();

  Store& store_;
  const Clock& clock_;
  const std::optional<Seconds> retention_;
  std::mutex mutex_;                // never held across I/O
  std::deque<AuditEntry> pending_;  // guarded by mutex_; at most kPendingMax
  std::optional<Instant> cleaned_;  // of tick's thread: when nothing too old was left
};

}  // namespace weir
