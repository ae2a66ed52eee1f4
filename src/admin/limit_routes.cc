#include "admin/limit_routes.h"

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/limit_json.h"
#include "admin/object_reader.h"

namespace weir {
namespace {

net::ServiceResponse current_answer(const LimitService& service) {
  const auto current = service.current();
  auto out = to_json(current.settings);
  out["source"] = current.set_by_api ? kLimitsFromApi : kLimitsFromFile;
  return json_answer(200, out);
}

Result<net::ServiceResponse> replace(LimitService& service, const Call& call) {
  FieldProblems problems;
  ObjectReader body(call.body, problems);
  const auto settings = read_limit_settings(body);
  read_limit_source(body);
  body.finish();
  WEIR_TRY(problems.result());
  WEIR_TRY(service.replace(call.actor, settings));
  return current_answer(service);
}

Result<net::ServiceResponse> reset(LimitService& service, const Call& call) {
  WEIR_TRY(service.reset(call.actor));
  return current_answer(service);
}

}  // namespace

void add_limit_routes(Router& router, LimitService& service) {
  const std::string path = "/api/v1/limits";
  router.add({"GET", path, Access::kViewer, BodyRule::kNone, false,
              [&service](Call&) { return Result<net::ServiceResponse>(current_answer(service)); }});
  router.add({"PUT", path, Access::kAdmin, BodyRule::kRequired, false,
              [&service](Call& call) { return replace(service, call); }});
  router.add({"DELETE", path, Access::kAdmin, BodyRule::kNone, false,
              [&service](Call& call) { return reset(service, call); }});
}

}  // namespace weir
