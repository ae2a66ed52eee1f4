#include <cstdlib>

#include <fmt/format.h>

#include "app/config_show.h"
#include "base/quantity.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr const char* kMasked = "***";

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const auto& text : list) out.emplace_back(text);
  return out;
}

const char* tls_name(MailTls tls) {
  return tls == MailTls::kTls ? "tls" : tls == MailTls::kStartTls ? "starttls" : "none";
}

std::string time_of_day(unsigned minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

json::object route_to_json(const NotifyRoute& route) {
  return {{"types", texts(route.types)},
          {"severities", texts(route.severities)},
          {"subjects", texts(route.subjects)},
          {"environments", texts(route.environments)},
          {"channels", texts(route.channels)},
          {"recipients", texts(route.recipients)},
          {"continue", route.go_on}};
}

json::object quiet_to_json(const QuietHours& quiet) {
  const int offset = quiet.utc_offset_minutes;
  return {{"from", time_of_day(quiet.from_minute)},
          {"to", time_of_day(quiet.to_minute)},
          {"utc_offset",
           fmt::format("{}{}", offset < 0 ? "-" : "+", time_of_day(static_cast<unsigned>(std::abs(offset))))},
          {"mute_critical", quiet.mute_critical},
          {"channels", texts(quiet.channels)}};
}

}  // namespace

json::object channel_to_json(const ChannelSettings& channel) {
  json::object out{{"name", channel.name}, {"type", std::string(to_string(channel.kind))}};
  if (channel.kind == ChannelKind::kEmail) {
    out["smtp_host"] = channel.smtp_host;
    out["smtp_port"] = std::uint64_t{channel.smtp_port};
    out["tls"] = tls_name(channel.tls);
    if (!channel.username.empty()) out["username"] = channel.username;
    if (!channel.password.empty()) out["password"] = kMasked;
    out["from"] = channel.from;
    out["to"] = texts(channel.to);
  } else {
    out["url"] = channel.kind == ChannelKind::kSlack ? std::string(kMasked) : channel.url;
    if (!channel.secrets.empty())
      out["secret"] = texts(std::vector<std::string>(channel.secrets.size(), kMasked));
    if (!channel.token.empty()) out["token"] = kMasked;
    if (!channel.routing_key.empty()) out["routing_key"] = kMasked;
  }
  if (!channel.ca_file.empty()) out["ca_file"] = channel.ca_file;
  return out;
}

json::object notify_to_json(const NotifySettings& notify) {
  json::array channels;
  for (const auto& channel : notify.channels) channels.push_back(channel_to_json(channel));
  json::array routes;
  for (const auto& route : notify.routes) routes.push_back(route_to_json(route));
  json::object out{{"allow_private_targets", notify.allow_private_targets},
                   {"channels", std::move(channels)},
                   {"routes", std::move(routes)}};
  if (notify.quiet_hours) out["quiet_hours"] = quiet_to_json(*notify.quiet_hours);
  out["grouping"] = {{"wait", format_duration(notify.grouping.wait)},
                     {"interval", format_duration(notify.grouping.interval)},
                     {"repeat", format_duration(notify.grouping.repeat)},
                     {"messages_max", std::uint64_t{notify.grouping.messages_max}}};
  return out;
}

}  // namespace weir
