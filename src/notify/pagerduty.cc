#include "notify/pagerduty.h"

#include <boost/json.hpp>

#include "notify/message_text.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr std::size_t kSummaryMax = 1024;

const char* action_of(const Message& message) {
  if (message.status == "resolved") return "resolve";
  return message.status == "acknowledged" ? "acknowledge" : "trigger";
}

json::object payload_of(const Message& message) {
  json::array alerts;
  for (const AlertNotice& alert : message.alerts) {
    alerts.push_back(json::object{{"alert_id", alert.alert_id},
                                  {"state", alert.state},
                                  {"severity", alert.severity},
                                  {"title", alert.title},
                                  {"summary", alert.summary},
                                  {"subject", alert.subject},
                                  {"measured", measured(alert)},
                                  {"started_at", to_rfc3339(alert.started_at)},
                                  {"runbook", alert.runbook}});
  }
  const AlertNotice first = message.alerts.empty() ? AlertNotice{} : message.alerts.front();
  const std::string source = message.environment.empty() ? "weir" : message.environment;
  return {{"summary", clipped(headline(message), kSummaryMax)},
          {"source", source},
          {"severity", message.severity == "critical" ? "critical" : "warning"},
          {"timestamp", to_rfc3339(message.at)},
          {"component", first.subject.empty() ? std::string("API") : first.subject},
          {"group", message.environment},
          {"class", message.group},
          {"custom_details", {{"alerts", std::move(alerts)}, {"alerts_total", message.alerts_total}}}};
}

}  // namespace

HttpPost render_pagerduty(const ChannelSettings& channel, const Message& message) {
  json::object body{{"routing_key", channel.routing_key},
                    {"event_action", action_of(message)},
                    {"dedup_key", message.thread_id},
                    {"client", "weir"}};
  if (message.status == "firing") body["payload"] = payload_of(message);  // the others take none
  HttpPost post;
  post.url = channel.url;
  post.headers = {"Content-Type: application/json"};
  post.body = json::serialize(body);
  post.secrets = {channel.routing_key};
  post.ca_file = channel.ca_file;
  return post;
}

}  // namespace weir
