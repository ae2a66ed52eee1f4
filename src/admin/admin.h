// The admin side: the REST API under /api/v1, /healthz, /readyz and /metrics, as handlers of whole requests.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "admin/access_settings.h"
#include "admin/audit_trail.h"
#include "admin/event_ring.h"
#include "admin/router.h"
#include "alerts/alert_text.h"
#include "base/clock.h"
#include "base/result.h"
#include "keys/key_directory.h"
#include "keys/key_table.h"
#include "limits/limiter.h"
#include "limits/route_costs.h"
#include "model/alert_settings.h"
#include "model/limit_settings.h"
#include "net/service.h"
#include "notify/notifier.h"
#include "pipeline/alert_desk.h"
#include "pipeline/import_queue.h"
#include "store/store.h"
#include "usage/usage_queries.h"

namespace weir {

/// What the admin side works with. All outlive it.
struct AdminParts {
  const Clock& clock;
  Store& store;
  UsageQueries& usage;
  KeyTable& keys;
  KeyDirectory& key_directory;
  Limiter& limiter;
  ImportQueue& imports;
  Notifier& notifier;
  AlertDesk& alert_desk;
  AlertNames alert_names;        // what alerts' subjects are called
  AlertSettings alert_settings;  // of the configuration
  NotifySettings notify;         // of the configuration
  std::function<SharedEndpointNames()> endpoint_names;
  std::string pepper;       // for the digests of new keys
  std::string environment;  // "production": part of new keys
  std::string token;        // the bearer token left in admin.token
  LimitSettings limits;     // in force at the start
  /// Costs of the gateway's routes in force. Any thread.
  std::function<RouteCosts()> route_costs;
  /// The first moment whose calls the call log keeps; none: all are. Any thread.
  std::function<std::optional<UtcTime>(UtcTime now)> calls_kept_from;
  AccessSettings access;
  /// Called after limits changed and are in force (the gateway's headers, the pipeline's names follow); from
  /// `create` too, when limits set through the API win over the configured ones. Must not call back into
  /// Admin.
  std::function<void(const LimitSettings&)> limits_changed;
  std::function<bool()> ready;                // the gateway serves
  std::function<std::string()> metrics_text;  // Prometheus text of the parts admin does not own
};

class Admin {
 public:
  /// Loads every key into the table and the limiter, and is ready to answer.
  [[nodiscard]] static Result<std::unique_ptr<Admin>> create(AdminParts parts);
  virtual ~Admin() = default;

  /// Answers one request. Any thread.
  [[nodiscard]] virtual net::ServiceResponse handle(net::ServiceRequest request) = 0;
  /// What it answers, and who may call it. Any thread.
  [[nodiscard]] virtual const Router& router() const = 0;
  /// For changes that come another way than by a request: a signal.
  [[nodiscard]] virtual AuditTrail& audit() = 0;
  /// Housekeeping once a second or so: rotations that ended on first use reach the store, what the audit log
  /// noted is written, what is too old is removed.
  virtual void tick() = 0;
  /// The configuration's settings of alerts and notifications changed: shown, and told by, unless others were
  /// set through the API. Blocks.
  [[nodiscard]] virtual Result<void> set_configured_alerts(const AlertSettings& settings,
                                                           const NotifySettings& notify) = 0;
  /// The configuration's limits changed (reload): in force unless limits were set through the API.
  [[nodiscard]] virtual Result<void> set_configured_limits(const LimitSettings& limits) = 0;
  /// Puts the weekly digest of alerts into the outbox when it is due. Blocks while it is written. Any thread.
  [[nodiscard]] virtual Result<void> send_digest(UtcTime now) = 0;
  /// An alert changed: those who watch are told. Any thread.
  virtual void tell_watchers(const AlertEvent& event) = 0;
  /// What GET /api/v1/stream sends: whoever has news publishes it here.
  [[nodiscard]] virtual EventRing& events() = 0;
};

}  // namespace weir
