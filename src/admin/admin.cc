#include "admin/admin.h"

#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "admin/alert_report_routes.h"
#include "admin/alert_routes.h"
#include "admin/alert_service.h"
#include "admin/alert_view.h"
#include "admin/answers.h"
#include "admin/audit_routes.h"
#include "admin/audit_trail.h"
#include "admin/authenticator.h"
#include "admin/delivery_routes.h"
#include "admin/digest_routes.h"
#include "admin/guarded_body.h"
#include "admin/import_routes.h"
#include "admin/import_service.h"
#include "admin/key_registry.h"
#include "admin/key_routes.h"
#include "admin/key_service.h"
#include "admin/limit_routes.h"
#include "admin/limit_service.h"
#include "admin/replay_routes.h"
#include "admin/replay_service.h"
#include "admin/report_routes.h"
#include "admin/request_body.h"
#include "admin/request_counters.h"
#include "admin/request_identity.h"
#include "admin/router.h"
#include "admin/session_routes.h"
#include "admin/stream_routes.h"
#include "admin/summary_routes.h"
#include "admin/system_routes.h"
#include "admin/token_routes.h"
#include "admin/usage_routes.h"
#include "admin/user_routes.h"
#include "admin/user_service.h"

namespace weir {
namespace {

constexpr std::size_t kTargetMax = 8192;
constexpr std::size_t kOpenBodyMax = 16U << 10;  // of strangers: a sign-in is small

/// Everything below is the API and needs a token, paths that do not exist too; only routes that say so are
/// open.
bool needs_token(std::string_view path) {
  return path == "/api" || path.starts_with("/api/");
}

class AdminSide final : public Admin {
 public:
  explicit AdminSide(AdminParts parts)
      : parts_(std::move(parts)),
        audit_(parts_.store, parts_.clock, parts_.access.audit_retention),
        token_table_(parts_.token, parts_.pepper),
        sessions_({.idle = parts_.access.session_idle, .lifetime = parts_.access.session_lifetime},
                  parts_.pepper),
        refused_(audit_),
        events_(parts_.clock.utc()),
        authenticator_({.clock = parts_.clock,
                        .tokens = token_table_,
                        .sessions = sessions_,
                        .refused = refused_,
                        .trusted_proxies = parts_.access.trusted_proxies}),
        tokens_({.clock = parts_.clock,
                 .store = parts_.store,
                 .table = token_table_,
                 .sessions = sessions_,
                 .audit = audit_,
                 .pepper = parts_.pepper}),
        registry_(parts_.store, parts_.keys, parts_.key_directory, parts_.limiter),
        limits_({.settings = parts_.store.settings(),
                 .audit = audit_,
                 .limiter = parts_.limiter,
                 .registry = registry_,
                 .changes = changes_,
                 .configured = parts_.limits,
                 .changed = parts_.limits_changed}),
        keys_({.clock = parts_.clock,
               .store = parts_.store,
               .table = parts_.keys,
               .registry = registry_,
               .limits = limits_,
               .audit = audit_,
               .changes = changes_,
               .pepper = parts_.pepper,
               .environment = parts_.environment}),
        users_({.clock = parts_.clock,
                .users = parts_.store.users(),
                .audit = audit_,
                .registry = registry_,
                .changes = changes_}),
        imports_({.clock = parts_.clock,
                  .imports = parts_.store.imports(),
                  .keys = parts_.store.keys(),
                  .table = parts_.keys,
                  .queue = parts_.imports,
                  .audit = audit_,
                  .limits = [this] { return limits_.current().settings; },
                  .calls_kept_from = parts_.calls_kept_from}),
        alerts_({.clock = parts_.clock,
                 .store = parts_.store.alerts(),
                 .desk = parts_.alert_desk,
                 .notifier = parts_.notifier,
                 .audit = audit_,
                 .endpoint_names = parts_.endpoint_names,
                 .configured = parts_.alert_settings,
                 .configured_notify = parts_.notify}),
        digests_({.store = parts_.store.alerts(),
                  .outbox = parts_.store.outbox(),
                  .notifier = parts_.notifier,
                  .names = parts_.alert_names,
                  .environment = parts_.environment}),
        replays_({.clock = parts_.clock,
                  .store = parts_.store,
                  .environment = parts_.environment,
                  .names = parts_.alert_names,
                  .endpoints = parts_.endpoint_names,
                  .settings = [this]() -> Result<AlertSettings> {
                    WEIR_TRY_ASSIGN(version, alerts_.settings());
                    return std::move(version.settings);
                  },
                  .limits = [this] { return limits_.current().settings; },
                  .route_costs = parts_.route_costs}) {
    const AlertRouteParts alerts{.service = alerts_,
                                 .store = parts_.store.alerts(),
                                 .calls = parts_.store.calls(),
                                 .keys = keys_,
                                 .clock = parts_.clock,
                                 .names = parts_.alert_names,
                                 .endpoint_names = parts_.endpoint_names};
    add_alert_routes(router_, alerts);
    add_alert_key_routes(router_, alerts);
    add_alert_settings_routes(router_, alerts);
    add_silence_routes(router_, alerts);
    add_replay_routes(router_, replays_, parts_.clock);
    add_alert_report_routes(router_, parts_.store.alerts(), parts_.alert_names, parts_.clock);
    add_digest_routes(router_, digests_, parts_.clock);
    add_key_routes(router_, keys_, parts_.store.keys(), parts_.clock);
    add_user_routes(router_, users_, parts_.store.users());
    add_limit_routes(router_, limits_);
    add_import_routes(router_, imports_);
    add_usage_routes(router_, parts_.store.calls(), parts_.clock);
    add_summary_routes(router_, parts_.usage, parts_.clock);
    add_report_routes(router_, parts_.usage, parts_.store.keys(), parts_.clock);
    add_delivery_routes(router_, {.clock = parts_.clock,
                                  .outbox = parts_.store.outbox(),
                                  .notifier = parts_.notifier,
                                  .environment = parts_.environment});
    add_stream_routes(router_, events_, parts_.clock);
    add_token_routes(router_, tokens_, parts_.clock);
    add_session_routes(router_, {.clock = parts_.clock,
                                 .authenticator = authenticator_,
                                 .tokens = token_table_,
                                 .sessions = sessions_,
                                 .settings = parts_.access});
    add_audit_routes(router_, parts_.store.audit(), parts_.clock);
    add_system_routes(router_, {.ready = parts_.ready,
                                .metrics_text = parts_.metrics_text,
                                .registry = registry_,
                                .counters = counters_});
  }

  /// What waited for the next tick is written now: nobody calls any more.
  ~AdminSide() override {
    tokens_.store_uses();
    refused_.hand_over();
    audit_.tick();
  }
  AdminSide(const AdminSide&) = delete;
  AdminSide& operator=(const AdminSide&) = delete;

  Result<void> load() {
    WEIR_TRY(tokens_.load());
    WEIR_TRY(limits_.load());
    WEIR_TRY(alerts_.load_settings());
    return registry_.load();
  }

  net::ServiceResponse handle(net::ServiceRequest request) override {
    std::string_view endpoint;
    Actor actor;
    actor.source = authenticator_.source_of(request);
    actor.request_id = request_id_of(request, parts_.clock.utc());
    auto response = answer(request, actor, endpoint);
    response.headers.emplace_back("X-Request-Id", actor.request_id);
    counters_.count(endpoint, request.method, response.status);
    return response;
  }

  const Router& router() const override { return router_; }

  void tick() override {
    keys_.settle_rotations();
    tokens_.tick();
    sessions_.tick(parts_.clock.instant());
    refused_.tick(parts_.clock.instant());
    audit_.tick();
  }

  AuditTrail& audit() override { return audit_; }

  Result<void> set_configured_limits(const LimitSettings& limits) override {
    return limits_.set_configured(limits);
  }

  Result<void> set_configured_alerts(const AlertSettings& settings, const NotifySettings& notify) override {
    return alerts_.set_configured(settings, notify);
  }

  Result<void> send_digest(UtcTime now) override { return digests_.step(now); }

  void tell_watchers(const AlertEvent& event) override {
    events_.publish(LiveTopic::kAlert, alert_event_data(event, parts_.alert_names), event.at);
  }

  EventRing& events() override { return events_; }

 private:
  net::ServiceResponse answer(const net::ServiceRequest& request, Actor& actor, std::string_view& endpoint) {
    if (request.target.size() > kTargetMax) {
      return error_answer(request, 414, fmt::format("The request's target is over {} bytes", kTargetMax));
    }
    const std::string_view target = request.target;
    const auto path = target.substr(0, target.find('?'));
    const auto query = path.size() == target.size() ? std::string_view{} : target.substr(path.size() + 1);
    const auto match = router_.match(request.method, path);
    const bool open = match.route != nullptr && match.route->access == Access::kOpen;
    if (needs_token(path) && !open) {
      if (auto refusal = authenticator_.identify(request, actor)) return std::move(*refusal);
    }
    endpoint = match.path;
    if (match.path.empty()) return error_answer(request, 404, "There is nothing at this path");
    if (match.route == nullptr) {
      auto refusal = error_answer(request, 405, fmt::format("This path answers {} only", match.allow));
      refusal.headers.emplace_back("Allow", match.allow);
      return refusal;
    }
    if (match.route->access == Access::kAdmin && actor.role != Role::kAdmin) {
      return error_answer(
          request, 403,
          fmt::format("This needs the role admin; '{}' has the role {}", actor.name, to_string(actor.role)));
    }
    if (open && request.body.size() > kOpenBodyMax)
      return error_answer(request, 413, fmt::format("The body is over {} bytes", kOpenBodyMax));
    auto response = run(request, match, actor, query);
    if (response.source && !open)
      response.source = guarded_body(std::move(response.source), authenticator_.watch(request, actor));
    return response;
  }

  net::ServiceResponse run(const net::ServiceRequest& request, const RouteMatch& match, const Actor& actor,
                           std::string_view query) {
    Call call{.request = request,
              .actor = actor,
              .audit = audit_,
              .query = QueryParams::parse(query),
              .body = {},
              .id = match.id,
              .name = match.name};
    if (!match.route->takes_query) {
      if (auto none = call.query.result(); !none) return error_answer(request, none.error());
    }
    auto body = read_json_body(request, match.route->body);
    if (!body) return error_answer(request, body.error().status, body.error().detail);
    call.body = std::move(*body);
    auto response = match.route->handler(call);
    if (!response) return error_answer(request, response.error());
    return std::move(*response);
  }

  AdminParts parts_;
  std::mutex changes_;  // one change at a time, of keys and of limits; held across calls to the store
  AuditTrail audit_;
  TokenTable token_table_;
  SessionTable sessions_;
  RefusedAttempts refused_;
  EventRing events_;
  Authenticator authenticator_;
  TokenService tokens_;
  KeyRegistry registry_;
  LimitService limits_;
  KeyService keys_;
  UserService users_;
  ImportService imports_;
  AlertService alerts_;
  DigestService digests_;
  ReplayService replays_;
  RequestCounters counters_;
  Router router_;
};

}  // namespace

Result<std::unique_ptr<Admin>> Admin::create(AdminParts parts) {
  auto admin = std::make_unique<AdminSide>(std::move(parts));
  WEIR_TRY(admin->load());
  return std::unique_ptr<Admin>(std::move(admin));
}

}  // namespace weir
