#include "notify/alertmanager.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "notify/message_text.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr const char* kNoTime = "0001-01-01T00:00:00Z";  // Go's zero, which means: not ended

json::object labels_of(const AlertNotice& alert) {
  json::object labels{{"alertname", alert.alert_type}, {"severity", alert.severity}};
  const auto label = [&labels](const char* name, const std::string& value) {
    if (!value.empty()) labels[name] = value;
  };
  label("environment", alert.environment);
  label("subject_kind", alert.subject_kind);
  label("subject", alert.subject);
  if (alert.key_id != 0) labels["api_key_id"] = std::to_string(alert.key_id);
  return labels;
}

json::object annotations_of(const AlertNotice& alert) {
  json::object annotations;
  const auto annotation = [&annotations](const char* name, const std::string& value) {
    if (!value.empty()) annotations[name] = value;
  };
  annotation("title", alert.title);
  annotation("summary", alert.summary);
  annotation("measured", measured(alert));
  annotation("acknowledged_by", alert.acknowledged_by);
  annotation("comment", alert.comment);
  annotation("runbook_url", alert.runbook);
  return annotations;
}

/// The members all objects of a list have alike.
json::object common(const std::vector<json::object>& all) {
  json::object shared;
  if (all.empty()) return shared;
  for (const auto& [name, value] : all.front()) {
    bool everywhere = true;
    for (const auto& other : all) {
      const json::value* held = other.if_contains(name);
      everywhere = everywhere && held != nullptr && *held == value;
    }
    if (everywhere) shared[name] = value;
  }
  return shared;
}

}  // namespace

HttpPost render_alertmanager(const ChannelSettings& channel, const Message& message) {
  std::vector<json::object> labels;
  std::vector<json::object> annotations;
  json::array alerts;
  for (const AlertNotice& alert : message.alerts) {
    labels.push_back(labels_of(alert));
    annotations.push_back(annotations_of(alert));
    const bool resolved = alert.state == "resolved";
    alerts.push_back(json::object{
        {"status", resolved ? "resolved" : "firing"},
        {"labels", labels.back()},
        {"annotations", annotations.back()},
        {"startsAt", to_rfc3339(alert.started_at)},
        {"endsAt", resolved && alert.resolved_at ? to_rfc3339(*alert.resolved_at) : std::string(kNoTime)},
        {"generatorURL", ""},
        {"fingerprint", fmt::format("{:016x}", alert.alert_id)}});
  }
  const json::object body{
      {"version", "4"},
      {"groupKey", fmt::format("weir:{}/{}", message.environment, message.group)},
      {"truncatedAlerts",
       message.alerts_total - std::min<std::uint64_t>(message.alerts_total, alerts.size())},
      {"status", message.status == "resolved" ? "resolved" : "firing"},
      {"receiver", channel.name},
      {"groupLabels", {{"alertname", message.group}, {"environment", message.environment}}},
      {"commonLabels", common(labels)},
      {"commonAnnotations", common(annotations)},
      {"externalURL", ""},
      {"alerts", std::move(alerts)}};
  HttpPost post;
  post.url = channel.url;
  post.headers = {"Content-Type: application/json"};
  post.body = json::serialize(body);
  post.ca_file = channel.ca_file;
  if (!channel.token.empty()) {
    post.headers.push_back("Authorization: Bearer " + channel.token);
    post.secrets = {channel.token};
  }
  return post;
}

}  // namespace weir
