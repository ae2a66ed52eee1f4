// What makes an alert, who is told of it, and when: read, replaced as a whole, every version kept.
#include <memory>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "admin/alert_routes.h"
#include "admin/alert_settings_json.h"
#include "admin/answers.h"
#include "admin/json_document.h"
#include "admin/notify_settings_json.h"
#include "notify/settings_json.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kVersionsMax = 100;
constexpr std::uint64_t kVersionMax = 0xFFFF'FFFF;

json::object head_json(std::uint64_t version, const std::optional<UtcTime>& at, const std::string& by,
                       bool set_by_api, bool notify_set_by_api) {
  const auto source = [](bool by_api) { return by_api ? "api" : "configuration"; };
  return {{"version", version},
          {"changed_at", at ? json::value(to_rfc3339(*at)) : json::value(nullptr)},
          {"changed_by", by.empty() ? json::value(nullptr) : json::value(by)},
          {"source", source(set_by_api)},
          {"notify_source", source(notify_set_by_api)}};
}

net::ServiceResponse answer_of(const AlertSettingsVersion& version) {
  json::object out =
      head_json(version.version, version.at, version.by, version.set_by_api, version.notify_set_by_api);
  for (auto& field : to_json(version.settings)) out.insert(field);
  for (auto& field : to_json(version.notify)) out.insert(field);
  return json_answer(200, out);
}

/// Versions from before URLs were taken for secrets have them whole.
void mask_urls(json::value& section) {
  json::array* channels = section.if_array();
  if (channels == nullptr) return;
  for (json::value& channel : *channels) {
    json::object* fields = channel.if_object();
    json::value* url = fields == nullptr ? nullptr : fields->if_contains("url");
    if (url != nullptr && url->is_string()) *url = masked_url(url->get_string());
  }
}

/// As it was stored: without what was the configuration's, and without secrets.
Result<json::object> version_json(const AlertSettingsRow& row) {
  if (row.document.empty()) return head_json(row.version, row.at, row.by, false, false);
  WEIR_TRY_ASSIGN(document, parse_json_document(row.document));
  if (!document.is_object()) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("version {} of the alert settings cannot be read", row.version));
  }
  const json::object& sections = document.get_object();
  json::object out = head_json(row.version, row.at, row.by, true, sections.contains("channels"));
  for (const auto& field : sections) out.insert(field);
  if (json::value* channels = out.if_contains("channels")) mask_urls(*channels);
  return out;
}

Result<NewAlertSettings> read_new_settings(const json::value& document, const AlertSettingsVersion& held) {
  FieldProblems problems;
  ObjectReader body(document, problems);
  static_cast<void>(body.integer("version", 0, kVersionMax));
  NewAlertSettings wanted{.settings = read_alert_settings_over(body, held.settings), .notify = {}};
  NotifySettings notify = read_notify_settings(body, held.notify);
  if (has_notify_sections(body)) wanted.notify = std::move(notify);
  body.finish();
  WEIR_TRY(problems.result());
  return wanted;
}

class AlertSettingsRoutes {
 public:
  explicit AlertSettingsRoutes(AlertRouteParts parts) : parts_(std::move(parts)) {}

  Result<net::ServiceResponse> get(Call&) const {
    WEIR_TRY_ASSIGN(version, parts_.service.settings());
    return answer_of(version);
  }

  Result<net::ServiceResponse> put(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    const auto expected = body.integer("version", 0, kVersionMax);
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(
        now, parts_.service.put_settings(
                 call.actor,
                 [&call](const AlertSettingsVersion& held) { return read_new_settings(call.body, held); },
                 expected));
    return answer_of(now);
  }

  Result<net::ServiceResponse> reset(Call& call) const {
    WEIR_TRY_ASSIGN(now, parts_.service.reset_settings(call.actor));
    return answer_of(now);
  }

  Result<net::ServiceResponse> versions(Call& call) const {
    const auto limit = call.query.integer("limit", 1, kVersionsMax).value_or(kVersionsMax);
    WEIR_TRY(call.query.result());
    WEIR_TRY_ASSIGN(rows, parts_.store.settings(limit));
    json::array items;
    for (const AlertSettingsRow& row : rows) {
      WEIR_TRY_ASSIGN(item, version_json(row));
      items.push_back(std::move(item));
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
  router.add({"DELETE", path, Access::kAdmin, BodyRule::kNone, false,
              [routes](Call& call) { return routes->reset(call); }});
  router.add({"GET", path + "/versions", Access::kViewer, BodyRule::kNone, true,
              [routes](Call& call) { return routes->versions(call); }});
}

}  // namespace weir
