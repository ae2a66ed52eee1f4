#include "admin/replay_routes.h"

#include <algorithm>

#include <boost/json.hpp>

#include "admin/alert_settings_json.h"
#include "admin/answers.h"
#include "admin/limit_json.h"
#include "admin/notify_settings_json.h"
#include "admin/object_reader.h"

namespace weir {
namespace {

Result<net::ServiceResponse> start(ReplayService& replays, Call& call, UtcTime now) {
  WEIR_TRY_ASSIGN(held, replays.settings_in_force());
  FieldProblems problems;
  ObjectReader body(call.body, problems);
  ReplayQuestion question;
  body.require("from");
  question.from = body.time("from").value_or(now);
  // What has not happened yet has no calls.
  question.to = std::min(now, body.time("to").value_or(now));
  // What a GET answered may be sent as it is: where it came from is of no matter here.
  if (auto settings = body.object("settings")) {
    question.settings = read_alert_settings_over(*settings, held);
    static_cast<void>(settings->integer("version", 0, 0xFFFF'FFFF));
    pass_over_notify_settings(*settings);
    settings->finish();
  }
  if (auto limits = body.object("limits")) {
    question.limits = read_limit_settings(*limits);
    read_limit_source(*limits);
    limits->finish();
  }
  body.finish();
  WEIR_TRY(problems.result());
  if (question.settings) WEIR_TRY(validate(*question.settings));
  if (question.limits) WEIR_TRY(validate(*question.limits));
  WEIR_TRY_ASSIGN(state, replays.start(call.actor.name, std::move(question)));
  auto answer = json_answer(202, state);
  answer.headers.emplace_back("Location",
                              "/api/v1/replays/" + std::to_string(state.at("id").to_number<std::uint32_t>()));
  return answer;
}

}  // namespace

void add_replay_routes(Router& router, ReplayService& replays, const Clock& clock) {
  router.add({"POST", "/api/v1/alerts/replay", Access::kAdmin, BodyRule::kRequired, false,
              [&replays, &clock](Call& call) { return start(replays, call, clock.utc()); }});
  router.add({"GET", "/api/v1/replays", Access::kViewer, BodyRule::kNone, false,
              [&replays](Call&) -> Result<net::ServiceResponse> {
                return json_answer(200, boost::json::object{{"items", replays.list()}});
              }});
  router.add({"GET", "/api/v1/replays/{id}", Access::kViewer, BodyRule::kNone, false,
              [&replays](Call& call) -> Result<net::ServiceResponse> {
                WEIR_TRY_ASSIGN(state, replays.get(call.id));
                return json_answer(200, state);
              }});
  router.add({"DELETE", "/api/v1/replays/{id}", Access::kAdmin, BodyRule::kNone, false,
              [&replays](Call& call) -> Result<net::ServiceResponse> {
                WEIR_TRY(replays.remove(call.id));
                return net::ServiceResponse{204, {{"Cache-Control", "no-store"}}, {}};
              }});
}

}  // namespace weir
