// Failed attempts to authenticate, counted a minute a source: for the audit log, which floods must not fill.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "admin/audit_trail.h"
#include "base/clock.h"
#include "base/ip_address.h"

namespace weir {

/// Thread-safe. At most kSourcesMax entries a minute, whatever comes; the rest of the minute's attempts are
/// one entry together.
class RefusedAttempts {
 public:
  static constexpr std::size_t kSourcesMax = 32;
  static constexpr Seconds kInterval{60};

  explicit RefusedAttempts(AuditTrail& audit) : audit_(audit) {}

  /// `reason`: what was wrong, of weir's own few words.
  void count(const IpAddress& source, const std::string& reason, Instant now);
  /// Housekeeping: hands over what was counted once the minute is over.
  void tick(Instant now);
  /// Hands over what was counted so far: at the end.
  void hand_over();

 private:
  AuditTrail& audit_;
  std::mutex mutex_;              // never held across I/O
  std::optional<Instant> since_;  // guarded by mutex_: of the first attempt counted
  std::map<std::pair<IpAddress, std::string>, std::uint64_t> counts_;  // guarded; at most kSourcesMax
  std::uint64_t others_ = 0;                                           // guarded by mutex_
};

}  // namespace weir
