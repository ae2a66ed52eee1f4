// One line of the audit log: who did what to what, and what it was before and after.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "model/actor.h"

namespace weir {

/// What was done. Texts of weir's own but for `subject_id`; `before` and `after` are JSON documents that hold
/// no secret, empty for none.
struct AuditChange {
  std::string action;        // "key.update"
  std::string subject_type;  // "key"
  std::string subject_id;    // "7"; empty where there is only one: limits, the configuration
  std::string before;
  std::string after;
};

struct AuditEntry {
  std::uint64_t id = 0;  // ascending, never used twice
  UtcTime at{};
  Actor actor;
  AuditChange change;
};

}  // namespace weir
