// Where the audit log is kept: appended to, read, and cut at its old end; never changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/audit_entry.h"

namespace weir {

/// What is named must be equal.
struct AuditFilter {
  std::optional<std::string> actor;  // by name
  std::optional<std::string> action;
  std::optional<std::string> subject_type;
  std::optional<std::string> subject_id;
  std::optional<UtcTime> from;  // this time or later
  std::optional<UtcTime> to;    // before this time
  std::uint64_t before_id = 0;  // pages: ids smaller than this; 0: from the newest
  std::size_t limit = 100;      // 1 to 1000
};

/// Blocking calls; any thread.
class AuditStore {
 public:
  virtual ~AuditStore() = default;

  /// Sets the id. Inside Store::atomically: kept only with what else is written there.
  [[nodiscard]] virtual Result<void> append(AuditEntry& entry) = 0;
  [[nodiscard]] virtual Result<std::vector<AuditEntry>> list(const AuditFilter& filter) = 0;  // newest first
  /// Removes entries older than `time`, at most `most` of them; how many it were.
  [[nodiscard]] virtual Result<std::size_t> remove_before(UtcTime time, std::size_t most) = 0;
};

}  // namespace weir
