// What makes an alert, and who is told when: read, replaced as a whole, every version kept.
#include <memory>

#include <boost/json.hpp>

#include "admin/alert_routes.h"
#include "admin/alert_settings_json.h"
#include "admin/answers.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kVersionsMax = 100;

json::object to_json(const AlertSettingsVersion& version) {
  json::object out{{"version", version.version},
                   {"changed_at", version.at ? json::value(to_rfc3339(*version.at)) : json::value(nullptr)},
                   {"changed_by", version.by.empty() ? json::value(nullptr) : json::value(version.by)}};
  for (auto& field : to_json(version.settings)) out.insert(field);
  return out;
}

class AlertSettingsRoutes {
 public:
  explicit AlertSettingsRoutes(AlertRouteParts parts) : parts_(std::move(parts)) {}

  Result<net::ServiceResponse> get(Call&) const {
    WEIR_TRY_ASSIGN(version, parts_.service.settings());
    return json_answer(200, to_json(version));
  }

  Result<net::ServiceResponse> put(Call& call) const {
    WEIR_TRY_ASSIGN(held, parts_.service.settings());
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    AlertSettings settings = read_alert_settings_over(body, held.settings);
    const auto version = body.integer("version", 0, 0xFFFF'FFFF);
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(now, parts_.service.put_settings(call.actor, std::move(settings), version));
    return json_answer(200, to_json(now));
  }

  Result<net::ServiceResponse> versions(Call& call) const {
    const auto limit = call.query.integer("limit", 1, kVersionsMax).value_or(kVersionsMax);
    WEIR_TRY(call.query.result());
    WEIR_TRY_ASSIGN(rows, parts_.store.settings(limit));
    json::array items;
    for (const AlertSettingsRow& row : rows) {
      WEIR_TRY_ASSIGN(settings, parse_alert_settings(row.document));
      items.push_back(to_json(AlertSettingsVersion{
          .version = row.version, .at = row.at, .by = row.by, .settings = std::move(settings)}));
    }
    return json_answer(200, {{"items", std::move(items)}});
  }

 private:
  AlertRouteParts parts_;
};

}  // namespace

void add_alert_settings_routes(Router& router, AlertRouteParts parts) {
  const auto routes = std::make_shared<const AlertSettingsRoutes>(std::move(parts));
  const std::string path = "/api/v1/alerts/settings";
  router.add({"GET", path, Access::kViewer, BodyRule::kNone, false,
              [routes](Call& call) { return routes->get(call); }});
  router.add({"PUT", path, Access::kAdmin, BodyRule::kRequired, false,
              [routes](Call& call) { return routes->put(call); }});
  router.add({"GET", path + "/versions", Access::kViewer, BodyRule::kNone, true,
              [routes](Call& call) { return routes->versions(call); }});
}

}  // namespace weir
