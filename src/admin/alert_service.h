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

/// Settings in force, with where they come from: each half is the configuration's until it is set through the
/// API.
struct AlertSettingsVersion {
  std::uint64_t version = 0;  // 0: nothing was ever set
  std::optional<UtcTime> at;
  std::string by;
  AlertSettings settings;
  bool set_by_api = false;
  NotifySettings notify;  // with its secrets
  bool notify_set_by_api = false;
};

/// What somebody wants in their place.
struct NewAlertSettings {
  AlertSettings settings;
  std::optional<NotifySettings> notify;  // none: stays as it is
};
/// Makes them from those in force; kInvalid.
using AlertSettingsDraft = std::function<Result<NewAlertSettings>(const AlertSettingsVersion& held)>;

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
    NotifySettings configured_notify;
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

  /// Puts in force what was set through the API. Once, before anything is delivered. kCorrupt.
  [[nodiscard]] Result<void> load_settings();
  [[nodiscard]] Result<AlertSettingsVersion> settings();
  /// Checked whole before anything changes: escalation, routes and quiet hours name channels there are.
  /// kInvalid. kConflict: `expected` is given and not the version in force.
  [[nodiscard]] Result<AlertSettingsVersion> put_settings(const Actor& actor, const AlertSettingsDraft& draft,
                                                          std::optional<std::uint64_t> expected);
  /// Back to the configuration's, all of them.
  [[nodiscard]] Result<AlertSettingsVersion> reset_settings(const Actor& actor);
  /// The configuration's are in force from a reload on, but for the half that was set through the API.
  [[nodiscard]] Result<void> set_configured(AlertSettings settings, NotifySettings notify);

  [[nodiscard]] Result<CheckedCall> check(const ReportedCall& call);

 private:
  /// Runs `request` at the desk; what it changed is kept together with the audit entry `describe` gives it.
  using Describe = std::function<AuditChange(const AlertChange&)>;
  [[nodiscard]] Result<AlertChange> change(const Actor& actor, AlertRequest request, Describe describe);
  [[nodiscard]] Result<Alert> act(const Actor& actor, AlertId id, std::string_view verb,
                                  AlertRequest request);
  [[nodiscard]] Result<AlertSettingsVersion> parse_version(const AlertSettingsRow& row);
  [[nodiscard]] AlertSettingsVersion configured();
  /// Stores `row` and, once it is on the disk, has `next` in force; the audit log says `verb`.
  [[nodiscard]] Result<AlertSettingsVersion> change_settings(const Actor& actor, AlertSettingsRow row,
                                                             const AlertSettingsVersion& held,
                                                             const AlertSettingsVersion& next,
                                                             std::string_view verb);

  Parts parts_;
  std::mutex changes_;  // of settings: one at a time; held while the pipeline and the store are waited for
  std::mutex mutex_;    // guards parts_.configured and parts_.configured_notify
};

}  // namespace weir
