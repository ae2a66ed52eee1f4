#include "notify/webhook.h"

#include <boost/json.hpp>

#include "notify/webhook_signature.h"
#include "store/notification_json.h"

namespace weir {

namespace json = boost::json;

std::string webhook_body(const Message& message) {
  json::object data = to_json(message);
  for (const char* elsewhere : {"id", "type", "at", "recipients"}) data.erase(elsewhere);
  json::object body{{"type", message.type}, {"timestamp", to_rfc3339(message.at)}, {"data", std::move(data)}};
  auto& alerts = body["data"].as_object()["alerts"].as_array();
  for (;;) {
    std::string text = json::serialize(body);
    if (text.size() < kWebhookBodyMax || alerts.empty()) return text;
    alerts.pop_back();
  }
}

HttpPost render_webhook(const ChannelSettings& channel, const Message& message, UtcTime now) {
  HttpPost post;
  post.url = channel.url;
  post.body = webhook_body(message);
  post.headers = {"Content-Type: application/json", "webhook-id: " + message.id,
                  "webhook-timestamp: " + webhook_timestamp(now),
                  "webhook-signature: " + webhook_signature(channel.secrets, message.id, now, post.body)};
  post.secrets = channel.secrets;
  post.ca_file = channel.ca_file;
  if (!channel.token.empty()) {
    post.headers.push_back("Authorization: Bearer " + channel.token);
    post.secrets.push_back(channel.token);
  }
  return post;
}

}  // namespace weir
