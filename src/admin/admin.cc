#include "admin/admin.h"

#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/audit_routes.h"
#include "admin/audit_trail.h"
#include "admin/auth.h"
#include "admin/key_registry.h"
#include "admin/key_routes.h"
#include "admin/key_service.h"
#include "admin/limit_routes.h"
#include "admin/limit_service.h"
#include "admin/report_routes.h"
#include "admin/request_body.h"
#include "admin/request_counters.h"
#include "admin/request_identity.h"
#include "admin/router.h"
#include "admin/stream_routes.h"
#include "admin/summary_routes.h"
#include "admin/system_routes.h"
#include "admin/usage_routes.h"
#include "admin/user_routes.h"
#include "admin/user_service.h"

namespace weir {
namespace {

constexpr std::size_t kTargetMax = 8192;

/// Everything below is the API and needs a token, paths that do not exist too; only routes that say so are
/// open.
bool needs_token(std::string_view path) {
  return path == "/api" || path.starts_with("/api/");
}

class AdminSide final : public Admin {
 public:
  explicit AdminSide(AdminParts parts)
      : parts_(std::move(parts)),
        auth_(parts_.token),
        audit_(parts_.store, parts_.clock, parts_.audit_retention),
        registry_(parts_.store, parts_.keys, parts_.limiter),
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
                .changes = changes_}) {
    add_key_routes(router_, keys_, parts_.store.keys(), parts_.clock);
    add_user_routes(router_, users_, parts_.store.users());
    add_limit_routes(router_, limits_);
    add_usage_routes(router_, parts_.store.calls());
    add_summary_routes(router_, parts_.usage, parts_.clock);
    add_report_routes(router_, parts_.usage, parts_.store.keys(), parts_.clock);
    add_stream_routes(router_, events_, parts_.clock);
    add_audit_routes(router_, parts_.store.audit());
    add_system_routes(router_, {.ready = parts_.ready,
                                .metrics_text = parts_.metrics_text,
                                .registry = registry_,
                                .counters = counters_});
  }

  Result<void> load() {
    WEIR_TRY(limits_.load());
    return registry_.load();
  }

  net::ServiceResponse handle(net::ServiceRequest request) override {
    std::string_view endpoint;
    Actor actor;
    actor.source = request.peer;
    actor.request_id = request_id_of(request, parts_.clock.utc());
    auto response = answer(request, actor, endpoint);
    response.headers.emplace_back("X-Request-Id", actor.request_id);
    counters_.count(endpoint, request.method, response.status);
    return response;
  }

  const Router& router() const override { return router_; }

  void tick() override {
    keys_.settle_rotations();
    audit_.tick();
  }

  AuditTrail& audit() override { return audit_; }

  Result<void> set_configured_limits(const LimitSettings& limits) override {
    return limits_.set_configured(limits);
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
      if (auto refusal = check_token(request, actor)) return std::move(*refusal);
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
    return run(request, match, actor, query);
  }

  std::optional<net::ServiceResponse> check_token(const net::ServiceRequest& request, Actor& actor) const {
    const auto result = auth_.check(request);
    if (result == AuthResult::kAllowed) {
      actor.name = kBuiltInTokenName;
      actor.role = Role::kAdmin;
      actor.via = via_of(request);
      return std::nullopt;
    }
    auto refusal = error_answer(
        request, 401, result == AuthResult::kMissing ? "Missing bearer token" : "Invalid bearer token");
    refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refusal;
  }

  net::ServiceResponse run(const net::ServiceRequest& request, const RouteMatch& match, const Actor& actor,
                           std::string_view query) {
    Call call{.request = request,
              .actor = actor,
              .audit = audit_,
              .query = QueryParams::parse(query),
              .body = {},
              .id = match.id};
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
  BearerAuth auth_;
  std::mutex changes_;  // one change at a time, of keys and of limits; held across calls to the store
  AuditTrail audit_;
  KeyRegistry registry_;
  LimitService limits_;
  KeyService keys_;
  UserService users_;
  RequestCounters counters_;
  EventRing events_;
  Router router_;
};

}  // namespace

Result<std::unique_ptr<Admin>> Admin::create(AdminParts parts) {
  auto admin = std::make_unique<AdminSide>(std::move(parts));
  WEIR_TRY(admin->load());
  return std::unique_ptr<Admin>(std::move(admin));
}

}  // namespace weir
