#include "admin/delivery_routes.h"

#include <fmt/format.h>

#include "admin/answers.h"
#include "admin/delivery_json.h"
#include "admin/page_params.h"

namespace weir {
namespace {

namespace json = boost::json;

/// Without anything that is secret.
json::object to_json(const ChannelStatus& status) {
  json::object out;
  out["name"] = status.settings.name;
  out["type"] = std::string(to_string(status.settings.kind));
  out["state"] = status.disabled ? "disabled" : "enabled";
  out["disabled_since"] =
      status.disabled ? json::value(to_rfc3339(status.disabled->since)) : json::value(nullptr);
  out["disabled_reason"] = status.disabled ? json::value(status.disabled->reason) : json::value(nullptr);
  out["delivered"] = status.counts.delivered;
  out["failed"] = status.counts.failed;
  out["dead"] = status.counts.dead;
  return out;
}

class DeliveryRoutes {
 public:
  explicit DeliveryRoutes(DeliveryParts parts) : parts_(std::move(parts)) {}

  Result<net::ServiceResponse> list(Call& call) const {
    DeliveryFilter filter;
    filter.channel = call.query.text("channel", 64);
    filter.type = call.query.text("type", 64);
    if (const auto state = call.query.text("state", 16)) {
      filter.state = parse_delivery_state(*state);
      if (!filter.state)
        call.query.problem("state", fmt::format("must be pending, delivered or dead, but is '{}'", *state));
    }
    const auto page = read_page_params(call.query, CursorKind::kDeliveries);
    WEIR_TRY(call.query.result());
    filter.before = DeliveryId(page.position);
    filter.limit = page.fetch();
    WEIR_TRY_ASSIGN(rows, parts_.outbox.list(filter));
    const auto cursor = finish_page(rows, page, CursorKind::kDeliveries,
                                    [](const Delivery& delivery) { return delivery.id.value(); });
    json::array items;
    for (const auto& row : rows) items.push_back(to_json(row));
    return page_answer(std::move(items), cursor);
  }

  Result<net::ServiceResponse> show(Call& call) const {
    WEIR_TRY_ASSIGN(delivery, parts_.outbox.get(DeliveryId(call.id)));
    return json_answer(200, to_json(delivery));
  }

  Result<net::ServiceResponse> resend(Call& call) const {
    WEIR_TRY_ASSIGN(delivery, parts_.notifier.resend(DeliveryId(call.id), parts_.clock.utc()));
    call.audit.note(call.actor, {"delivery.resend", "delivery", std::to_string(call.id), "", ""});
    return json_answer(200, to_json(delivery));
  }

  Result<net::ServiceResponse> channels(Call&) const {
    WEIR_TRY_ASSIGN(channels, parts_.notifier.channels());
    json::array items;
    for (const auto& channel : channels) items.push_back(to_json(channel));
    return json_answer(200, json::object{{"items", std::move(items)}});
  }

  Result<net::ServiceResponse> test(Call& call) const {
    WEIR_TRY_ASSIGN(report,
                    parts_.notifier.test(std::string(call.name), parts_.environment, parts_.clock.utc()));
    json::object out;
    out["channel"] = std::string(call.name);
    out["delivered"] = report.delivered;
    out["status_code"] = report.status_code == 0 ? json::value(nullptr) : json::value(report.status_code);
    out["took"] = in_seconds(report.took);
    out["detail"] = report.detail;
    out["answer"] = report.answer;
    call.audit.note(call.actor, {"channel.test", "channel", std::string(call.name), "", ""});
    return json_answer(200, out);
  }

 private:
  DeliveryParts parts_;
};

}  // namespace

void add_delivery_routes(Router& router, DeliveryParts parts) {
  const auto routes = std::make_shared<const DeliveryRoutes>(std::move(parts));
  const auto add = [&](const char* method, const char* path, Access access, bool takes_query, auto member) {
    router.add({method, path, access, BodyRule::kNone, takes_query,
                [routes, member](Call& call) { return ((*routes).*member)(call); }});
  };
  add("GET", "/api/v1/deliveries", Access::kViewer, true, &DeliveryRoutes::list);
  add("GET", "/api/v1/deliveries/{id}", Access::kViewer, false, &DeliveryRoutes::show);
  add("POST", "/api/v1/deliveries/{id}/resend", Access::kAdmin, false, &DeliveryRoutes::resend);
  add("GET", "/api/v1/channels", Access::kViewer, false, &DeliveryRoutes::channels);
  add("POST", "/api/v1/channels/{name}/test", Access::kAdmin, false, &DeliveryRoutes::test);
}

}  // namespace weir
