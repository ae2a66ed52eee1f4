#include "admin/delivery_json.h"

#include "store/notification_json.h"

namespace weir {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<UtcTime>& time) {
  if (!time) return nullptr;
  return json::value(to_rfc3339(*time));
}

json::object to_json(const DeliveryAttempt& attempt) {
  json::object out;
  out["at"] = to_rfc3339(attempt.at);
  out["took"] = in_seconds(attempt.took);
  out["delivered"] = attempt.delivered;
  out["status_code"] = attempt.status_code == 0 ? json::value(nullptr) : json::value(attempt.status_code);
  out["detail"] = attempt.detail;
  return out;
}

}  // namespace

json::object to_json(const Delivery& delivery) {
  const bool pending = delivery.state == DeliveryState::kPending;
  json::array attempts;
  for (const auto& attempt : delivery.attempts) attempts.push_back(to_json(attempt));
  json::object message = to_json(delivery.message);
  json::object out;
  out["id"] = delivery.id.value();
  out["channel"] = delivery.channel;
  out["state"] = std::string(to_string(delivery.state));
  out["tries"] = delivery.tries;
  out["created_at"] = to_rfc3339(delivery.created_at);
  out["next_attempt_at"] = pending ? json::value(to_rfc3339(delivery.next_attempt_at)) : json::value(nullptr);
  out["ended_at"] = time_or_null(delivery.ended_at);
  out["message"] = std::move(message);
  out["attempts"] = std::move(attempts);
  return out;
}

}  // namespace weir
