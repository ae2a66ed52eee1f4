// Silences: planned ahead, ended early, tried before they are made.
#include <memory>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "admin/alert_params.h"
#include "admin/alert_routes.h"
#include "admin/alert_view.h"
#include "admin/answers.h"
#include "admin/param_bounds.h"
#include "alerts/lifecycle.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kSilenceSecondsMax = 366ULL * 86400;

class SilenceRoutes {
 public:
  explicit SilenceRoutes(AlertRouteParts parts) : parts_(std::move(parts)) {}

  Result<net::ServiceResponse> list(Call&) const {
    WEIR_TRY_ASSIGN(silences, parts_.service.silences());
    const UtcTime now = parts_.clock.utc();
    json::array items;
    for (const Silence& silence : silences) {
      json::object item = silence_view(silence, parts_.names);
      item["state"] = silence.to <= now ? "ended" : silence.from <= now ? "active" : "planned";
      items.push_back(std::move(item));
    }
    return json_answer(200, {{"items", std::move(items)}});
  }

  /// With "dry_run" only what it would mute right now.
  Result<net::ServiceResponse> create(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    Silence silence = read(body);
    const bool dry_run = body.flag("dry_run").value_or(false);
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(muted, parts_.service.muted_by(silence));
    if (!dry_run) {
      WEIR_TRY_ASSIGN(made, parts_.service.add_silence(call.actor, std::move(silence)));
      silence = std::move(made);
    }
    json::object out = silence_view(silence, parts_.names);
    if (dry_run) out["id"] = nullptr;
    json::array alerts;
    for (const Alert& alert : muted) alerts.push_back(alert_view(alert, parts_.names));
    out["mutes_now"] = std::move(alerts);
    return json_answer(dry_run ? 200 : 201, out);
  }

  Result<net::ServiceResponse> remove(Call& call) const {
    const auto id = call.query.integer("id", 1, kIdMax);
    if (!id) call.query.problem("id", "is required: which silence to end");
    WEIR_TRY(call.query.result());
    WEIR_TRY(parts_.service.end_silence(call.actor, SilenceId(static_cast<std::uint32_t>(*id))));
    return net::ServiceResponse{204, {{"Cache-Control", "no-store"}}, ""};
  }

 private:
  Silence read(ObjectReader& body) const {
    const UtcTime now = parts_.clock.utc();
    Silence silence;
    for (const std::string& name :
         body.texts("types", kAlertTypes, {.min = 1, .max = 64}).value_or(std::vector<std::string>())) {
      if (const auto type = read_alert_type(body, "types", name)) silence.types.push_back(*type);
    }
    silence.severity = read_alert_severity(body);
    silence.subject = read_alert_subject(body, *parts_.endpoint_names());
    silence.comment = body.text("comment", {.min = 1, .max = kAlertTextMax, .lines = true}).value_or("");
    silence.from = body.time("from").value_or(now);
    const auto seconds = body.integer("duration_seconds", 1, kSilenceSecondsMax);
    const auto to = body.time("to");
    if (body.has("to") && body.has("duration_seconds"))
      body.problem("duration_seconds", "cannot be given together with to");
    if (!body.has("to") && !body.has("duration_seconds"))
      body.problem("to", "is required (or duration_seconds)");
    silence.to = to.value_or(silence.from + Seconds(seconds.value_or(1)));
    if (to && *to <= now)
      body.problem("to", fmt::format("must be in the future, but is {}", to_rfc3339(*to)));
    return silence;
  }

  AlertRouteParts parts_;
};

}  // namespace

void add_silence_routes(Router& router, AlertRouteParts parts) {
  const auto routes = std::make_shared<const SilenceRoutes>(std::move(parts));
  const std::string path = "/api/v1/alerts/silences";
  router.add({"GET", path, Access::kViewer, BodyRule::kNone, false,
              [routes](Call& call) { return routes->list(call); }});
  router.add({"POST", path, Access::kAdmin, BodyRule::kRequired, false,
              [routes](Call& call) { return routes->create(call); }});
  router.add({"DELETE", path, Access::kAdmin, BodyRule::kNone, true,
              [routes](Call& call) { return routes->remove(call); }});
}

}  // namespace weir
