// What people do with alerts, silences and their settings: each change runs at the pipeline's desk and is
// kept before it is answered, with its entry in the audit log.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "admin/audit_trail.h"
#include "base/clock.h"
#include "model/alert_settings.h"
#include "notify/notifier.h"
#include "pipeline/alert_desk.h"
#include "store/alert_store.h"
#include "usage/endpoint_names.h"

namespace weir {

/// Settings in force, with where they come from.
struct AlertSettingsVersion {
  std::uint64_t version = 0;  // 0: of the configuration
  std::optional<UtcTime> at;
  std::string by;
  AlertSettings settings;
};

/// What somebody reports of a call weir did not carry.
struct ReportedCall {
  KeyId key;  // none: 0
  std::string endpoint;
  Micros response_time{0};
  std::uint16_t status = 200;
  bool counts = true;  // in the windows, as calls of the gateway do
};

/// One threshold a reported call is beyond by itself.
struct CallFinding {
  AlertType type = AlertType::kResponseTime;
  AlertSeverity severity = AlertSeverity::kWarning;
  AlertSubject subject;
  double value = 0;
  double threshold = 0;
};

struct CheckedCall {
  std::vector<CallFinding> findings;
  std::vector<Alert> alerts;  // not resolved, about the call's key, its endpoint or everything
};

/// Any thread; calls wait for the pipeline and its store, at most kAlertPatience.
inline constexpr Millis kAlertPatience{15'000};

class AlertService {
 public:
  struct Parts {
    const Clock& clock;
    AlertStore& store;
    AlertDesk& desk;
    Notifier& notifier;
    AuditTrail& audit;
    std::function<SharedEndpointNames()> endpoint_names;
    AlertSettings configured;
  };
  explicit AlertService(Parts parts) : parts_(std::move(parts)) {}

  /// kNotFound: no such alert that is not resolved.
  [[nodiscard]] Result<Alert> acknowledge(const Actor& actor, AlertId id, std::string comment,
                                          std::optional<UtcTime> until);
  [[nodiscard]] Result<Alert> resolve(const Actor& actor, AlertId id, std::string comment);
  /// Resolved alerts too.
  [[nodiscard]] Result<Alert> comment(const Actor& actor, AlertId id, std::string comment);
  [[nodiscard]] Result<Alert> mark_false_positive(const Actor& actor, AlertId id, bool is_false,
                                                  std::string comment);

  /// Silences that have not ended more than a day ago.
  [[nodiscard]] Result<std::vector<Silence>> silences();
  /// What it would mute right now.
  [[nodiscard]] Result<std::vector<Alert>> muted_by(const Silence& silence);
  [[nodiscard]] Result<Silence> add_silence(const Actor& actor, Silence silence);
  /// Ends it now; one that has not begun is gone. kNotFound.
  [[nodiscard]] Result<void> end_silence(const Actor& actor, SilenceId id);

  [[nodiscard]] Result<AlertSettingsVersion> settings();
  /// Checked whole: escalation names channels there are. kInvalid. kConflict: `expected` is given and not the
  /// version in force.
  [[nodiscard]] Result<AlertSettingsVersion> put_settings(const Actor& actor, AlertSettings settings,
                                                          std::optional<std::uint64_t> expected);
  /// The configuration's are in force from a reload on, unless there are settings of the API.
  void set_configured(AlertSettings settings);

  [[nodiscard]] Result<CheckedCall> check(const ReportedCall& call);

 private:
  [[nodiscard]] Result<Alert> act(const Actor& actor, AlertId id, std::string_view verb,
                                  AlertRequest request);
  [[nodiscard]] Result<void> check_channels(const AlertSettings& settings);

  Parts parts_;
  std::mutex changes_;  // of settings: one at a time
  std::mutex mutex_;
  // parts_.configured is guarded by mutex_
};

}  // namespace weir
