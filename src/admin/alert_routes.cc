#include "admin/alert_routes.h"

#include <memory>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "admin/alert_params.h"
#include "admin/alert_view.h"
#include "admin/answers.h"
#include "admin/call_json.h"
#include "admin/page_params.h"
#include "admin/param_bounds.h"
#include "alerts/alert_json.h"
#include "alerts/lifecycle.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kCallsShown = 20;
constexpr double kResponseTimeMax = 86400;  // seconds
constexpr TextRule kComment{.min = 1, .max = kAlertTextMax, .lines = true};

class AlertRoutes {
 public:
  explicit AlertRoutes(AlertRouteParts parts) : parts_(std::move(parts)) {}

  Result<net::ServiceResponse> list(Call& call, bool active_only) const {
    AlertFilter filter = read_alert_filter(call.query, *parts_.endpoint_names(), parts_.clock.utc());
    filter.active_only = active_only;
    const auto page = read_page_params(call.query, CursorKind::kAlerts);
    WEIR_TRY(call.query.result());
    filter.before = AlertId(static_cast<std::uint32_t>(page.position));
    filter.limit = page.fetch();
    WEIR_TRY_ASSIGN(rows, parts_.store.list(filter));
    const auto cursor =
        finish_page(rows, page, CursorKind::kAlerts, [](const AlertRow& row) { return row.id.value(); });
    json::array items;
    for (const AlertRow& row : rows) {
      WEIR_TRY_ASSIGN(view, alert_view(row, parts_.names));
      items.push_back(std::move(view));
    }
    return page_answer(std::move(items), cursor);
  }

  Result<net::ServiceResponse> show(Call& call) const {
    WEIR_TRY_ASSIGN(row, parts_.store.get(AlertId(call.id)));
    WEIR_TRY_ASSIGN(entry, from_row(row));
    WEIR_TRY_ASSIGN(events, parts_.store.events(row.id));
    WEIR_TRY_ASSIGN(calls, calls_behind(entry.alert));
    json::object out = alert_view(entry.alert, parts_.names);
    json::array shown_events;
    for (const AlertEventRow& event : events) shown_events.push_back(alert_event_view(event));
    json::array shown_calls;
    for (const CallRow& shown : calls) shown_calls.push_back(to_json(shown));
    out["events"] = std::move(shown_events);
    out["calls_behind"] = std::move(shown_calls);
    return json_answer(200, out);
  }

  Result<net::ServiceResponse> acknowledge(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    auto comment = body.text("comment", kComment).value_or("");
    const auto until = body.time("until");
    body.finish();
    WEIR_TRY(problems.result());
    return answer(parts_.service.acknowledge(call.actor, AlertId(call.id), std::move(comment), until));
  }

  Result<net::ServiceResponse> resolve(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    auto comment = body.text("comment", kComment).value_or("");
    body.finish();
    WEIR_TRY(problems.result());
    return answer(parts_.service.resolve(call.actor, AlertId(call.id), std::move(comment)));
  }

  Result<net::ServiceResponse> comment(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    body.require("comment");
    auto comment = body.text("comment", kComment).value_or("");
    body.finish();
    WEIR_TRY(problems.result());
    return answer(parts_.service.comment(call.actor, AlertId(call.id), std::move(comment)));
  }

  Result<net::ServiceResponse> false_positive(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    const bool is_false = body.flag("false_positive").value_or(true);
    auto comment = body.text("comment", kComment).value_or("");
    body.finish();
    WEIR_TRY(problems.result());
    return answer(
        parts_.service.mark_false_positive(call.actor, AlertId(call.id), is_false, std::move(comment)));
  }

  Result<net::ServiceResponse> check(Call& call) const {
    FieldProblems problems;
    ObjectReader body(call.body, problems);
    ReportedCall reported;
    body.require("response_time");
    if (const auto key = body.integer("api_key_id", 1, kIdMax))
      reported.key = KeyId(static_cast<std::uint32_t>(*key));
    reported.endpoint = body.text("endpoint", {.min = 1, .max = 8192}).value_or("");
    if (const auto seconds = body.number("response_time", 0, kResponseTimeMax))
      reported.response_time = Micros(static_cast<std::int64_t>(*seconds * 1e6));
    if (const auto status = body.integer("status_code", 100, 599))
      reported.status = static_cast<std::uint16_t>(*status);
    reported.counts = body.flag("count").value_or(true);
    body.finish();
    WEIR_TRY(problems.result());
    WEIR_TRY_ASSIGN(checked, parts_.service.check(reported));
    json::array findings;
    for (const CallFinding& finding : checked.findings) {
      json::object subject = to_json(finding.subject);
      subject["name"] = subject_text(finding.subject, parts_.names);
      findings.push_back({{"type", to_string(finding.type)},
                          {"severity", to_string(finding.severity)},
                          {"subject", std::move(subject)},
                          {"value", finding.value},
                          {"threshold", finding.threshold}});
    }
    json::array alerts;
    for (const Alert& alert : checked.alerts) alerts.push_back(alert_view(alert, parts_.names));
    return json_answer(200, {{"findings", std::move(findings)}, {"alerts", std::move(alerts)}});
  }

 private:
  Result<net::ServiceResponse> answer(Result<Alert> alert) const {
    if (!alert) return tl::unexpected<Error>(alert.error());
    return json_answer(200, alert_view(*alert, parts_.names));
  }

  /// The newest calls an alert is about: of its key, endpoint or source, from its window before it fired to
  /// when it was seen last.
  Result<std::vector<CallRow>> calls_behind(const Alert& alert) const {
    CallFilter filter;
    filter.from = alert.started_at - Seconds(alert.numbers.window_seconds);
    filter.to = alert.last_seen + Seconds(1);
    filter.limit = kCallsShown;
    if (alert.subject.kind == SubjectKind::kKey)
      filter.key = KeyId(alert.subject.id);
    else if (alert.subject.kind == SubjectKind::kEndpoint)
      filter.endpoint = std::string(parts_.endpoint_names()->name(EndpointId(alert.subject.id)));
    switch (alert.type) {
      case AlertType::kResponseTime:
        filter.response_time_min =
            std::chrono::duration_cast<Micros>(std::chrono::duration<double>(alert.numbers.threshold));
        break;
      case AlertType::kErrorRate:
        filter.status_min = 500;
        break;
      case AlertType::kUnauthorizedAccess:
        filter.status_min = 401;
        filter.status_max = 403;
        break;
      case AlertType::kUpstreamDown:
        filter.status_min = 502;
        filter.status_max = 504;
        break;
      case AlertType::kRateLimitApproaching:
      case AlertType::kUsageSpike:
      case AlertType::kKeyAbuse:
        break;
      case AlertType::kKeyExpiring:
      case AlertType::kRecordsDropped:
      case AlertType::kDeliveryFailed:
        return std::vector<CallRow>();  // no call is behind these
    }
    WEIR_TRY_ASSIGN(calls, parts_.calls.query(filter));
    if (alert.subject.kind == SubjectKind::kSource)
      std::erase_if(calls, [&](const CallRow& row) { return !is_of_source(row, alert.subject.text); });
    return calls;
  }

  static bool is_of_source(const CallRow& row, const std::string& source) {
    const auto network = IpNetwork::parse(source);
    return network && network->contains(row.source);
  }

  AlertRouteParts parts_;
};

}  // namespace

void add_alert_routes(Router& router, AlertRouteParts parts) {
  const auto routes = std::make_shared<const AlertRoutes>(std::move(parts));
  const std::string all = "/api/v1/alerts";
  const std::string one = all + "/{id}";
  router.add({"GET", all, Access::kViewer, BodyRule::kNone, true,
              [routes](Call& call) { return routes->list(call, true); }});
  router.add({"GET", all + "/history", Access::kViewer, BodyRule::kNone, true,
              [routes](Call& call) { return routes->list(call, false); }});
  router.add({"GET", one, Access::kViewer, BodyRule::kNone, false,
              [routes](Call& call) { return routes->show(call); }});
  const auto post = [&](const std::string& path, BodyRule body, auto member) {
    router.add({"POST", path, Access::kAdmin, body, false,
                [routes, member](Call& call) { return ((*routes).*member)(call); }});
  };
  post(one + "/acknowledge", BodyRule::kOptional, &AlertRoutes::acknowledge);
  post(one + "/resolve", BodyRule::kOptional, &AlertRoutes::resolve);
  post(one + "/comment", BodyRule::kRequired, &AlertRoutes::comment);
  post(one + "/false-positive", BodyRule::kOptional, &AlertRoutes::false_positive);
  post(all + "/check", BodyRule::kRequired, &AlertRoutes::check);
}

}  // namespace weir
