// The limits in force: from the configuration until they are set through the API, then those.
#pragma once

#include <functional>
#include <mutex>

#include "admin/audit_trail.h"
#include "admin/key_registry.h"
#include "base/result.h"
#include "limits/limiter.h"
#include "model/limit_settings.h"
#include "store/settings_store.h"

namespace weir {

class LimitService {
 public:
  struct Parts {
    SettingsStore& settings;
    AuditTrail& audit;
    Limiter& limiter;
    KeyRegistry& registry;
    std::mutex& changes;       // one change at a time, of keys and of limits
    LimitSettings configured;  // in force in the limiter already
    std::function<void(const LimitSettings&)> changed;
  };
  struct Current {
    LimitSettings settings;
    bool set_by_api = false;
  };

  explicit LimitService(Parts parts);

  /// Puts stored limits in force, if there are any. Once, at the start. kCorrupt: they cannot be read.
  [[nodiscard]] Result<void> load();

  [[nodiscard]] Current current() const;  // any thread

  /// Checks, puts in force and stores, with an entry in the audit log. kInvalid; kConflict: a plan that would
  /// vanish is in use.
  [[nodiscard]] Result<void> replace(const Actor& actor, const LimitSettings& settings);
  /// Back to the configuration's limits.
  [[nodiscard]] Result<void> reset(const Actor& actor);
  /// The configuration changed: in force unless limits were set through the API. Errors as `replace`.
  [[nodiscard]] Result<void> set_configured(const LimitSettings& settings);

 private:
  [[nodiscard]] Result<void> check_replaceable(const LimitSettings& next);
  /// Puts `next` in force and stores `document`; what was in force stays when that fails. `verb`: for the
  /// audit log.
  [[nodiscard]] Result<void> change_to(const Actor& actor, const LimitSettings& next,
                                       std::string_view document, std::string_view verb);
  void set_current(const LimitSettings& next, bool set_by_api);

  Parts parts_;
  mutable std::mutex mutex_;  // guards current_; never held across I/O
  Current current_;
};

}  // namespace weir
