// From an alert to its key: one call that deactivates, rotates or throttles it, and says so on the alert.
#include <memory>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "admin/alert_routes.h"
#include "admin/alert_view.h"
#include "admin/answers.h"
#include "admin/key_json.h"
#include "admin/limit_json.h"
#include "alerts/alert_json.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kGraceSecondsMax = 366ULL * 86400;

class AlertKeyRoutes {
 public:
  explicit AlertKeyRoutes(AlertRouteParts parts) : parts_(std::move(parts)) {}

  Result<net::ServiceResponse> deactivate(Call& call) const {
    FieldProblems problems;
    ObjectReader(call.body, problems).finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(key_id, key_of(call));
    WEIR_TRY_ASSIGN(key, parts_.keys.update(call.actor, key_id, [](ApiKey& changed) -> Result<void> {
      changed.is_active = false;
      return {};
    }));
    return answer(call, to_json(key, parts_.clock.utc()), "deactivated the key");
  }

  Result<net::ServiceResponse> rotate(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    RotationRule rule;
    if (const auto grace = body.integer("grace_seconds", 0, kGraceSecondsMax)) rule.grace = Seconds(*grace);
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(key_id, key_of(call));
    WEIR_TRY_ASSIGN(made, parts_.keys.rotate(call.actor, key_id, rule));
    json::object key = to_json(made.key, parts_.clock.utc());
    key["key"] = made.secret;
    return answer(call, std::move(key),
                  fmt::format("rotated the key; the old secret ends in {} s", rule.grace.count()));
  }

  Result<net::ServiceResponse> throttle(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    body.require("limits");
    const auto limits = read_overrides(body, "limits").value_or(LimitOverrides());
    if (body.has("limits") && limits.empty() && !problems.any())
      body.problem("limits", "must name at least one window, like {\"minute\": 10}");
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(key_id, key_of(call));
    WEIR_TRY_ASSIGN(key, parts_.keys.update(call.actor, key_id, [&](ApiKey& changed) -> Result<void> {
      for (const auto& [window, limit] : limits) changed.limits[window] = limit;
      return {};
    }));
    return answer(call, to_json(key, parts_.clock.utc()),
                  fmt::format("throttled the key to {}", json::serialize(overrides_to_json(limits))));
  }

 private:
  Result<KeyId> key_of(const Call& call) const {
    WEIR_TRY_ASSIGN(row, parts_.store.get(AlertId(call.id)));
    if (row.subject.kind == SubjectKind::kKey) return KeyId(row.subject.id);
    return fail(ErrorCode::kConflict, fmt::format("alert {} is about {}, not about a key", call.id,
                                                  subject_text(row.subject, parts_.names)));
  }

  /// The key is changed by now: an alert that takes no comment any more is no error.
  Result<net::ServiceResponse> answer(const Call& call, json::object key, std::string done) const {
    auto alert = parts_.service.comment(call.actor, AlertId(call.id), std::move(done));
    json::object out{{"key", std::move(key)}};
    out["alert"] = alert ? json::value(alert_view(*alert, parts_.names)) : json::value(nullptr);
    return json_answer(200, out);
  }

  AlertRouteParts parts_;
};

}  // namespace

void add_alert_key_routes(Router& router, AlertRouteParts parts) {
  const auto routes = std::make_shared<const AlertKeyRoutes>(std::move(parts));
  const auto add = [&](const char* path, BodyRule body, auto member) {
    router.add({"POST", path, Access::kAdmin, body, false,
                [routes, member](Call& call) { return ((*routes).*member)(call); }});
  };
  add("/api/v1/alerts/{id}/deactivate-key", BodyRule::kOptional, &AlertKeyRoutes::deactivate);
  add("/api/v1/alerts/{id}/rotate-key", BodyRule::kOptional, &AlertKeyRoutes::rotate);
  add("/api/v1/alerts/{id}/throttle-key", BodyRule::kRequired, &AlertKeyRoutes::throttle);
}

}  // namespace weir
