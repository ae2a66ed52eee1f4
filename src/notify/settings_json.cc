#include "notify/settings_json.h"

#include <algorithm>

#include <fmt/format.h>

#include "notify/setting_words.h"

namespace weir {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& list) {
  return json::array(list.begin(), list.end());
}

json::object channel_json(const ChannelSettings& channel) {
  json::object out{{"name", channel.name}, {"type", to_string(channel.kind)}};
  if (channel.kind == ChannelKind::kEmail) {
    out["smtp_host"] = channel.smtp_host;
    out["smtp_port"] = std::uint64_t{channel.smtp_port};
    out["tls"] = to_string(channel.tls);
    if (!channel.username.empty()) out["username"] = channel.username;
    if (!channel.password.empty()) out["password"] = kMaskedSecret;
    out["from"] = channel.from;
    out["to"] = texts(channel.to);
  } else {
    out["url"] = masked_url(channel.url);
    if (!channel.secrets.empty())
      out["secret"] = json::array(channel.secrets.size(), json::value(kMaskedSecret));
    if (!channel.token.empty()) out["token"] = kMaskedSecret;
    if (!channel.routing_key.empty()) out["routing_key"] = kMaskedSecret;
  }
  if (!channel.ca_file.empty()) out["ca_file"] = channel.ca_file;
  return out;
}

}  // namespace

std::string masked_url(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(kMaskedSecret);
  const auto end = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  if (url.substr(end).size() <= 1) return std::string(url);  // nothing, or the root
  return fmt::format("{}/{}", url.substr(0, end), kMaskedSecret);
}

json::array to_json(const std::vector<ChannelSettings>& channels) {
  json::array out;
  for (const ChannelSettings& channel : channels) out.push_back(channel_json(channel));
  return out;
}

json::array to_json(const std::vector<NotifyRoute>& routes) {
  json::array out;
  for (const NotifyRoute& route : routes) {
    out.push_back({{"types", texts(route.types)},
                   {"severities", texts(route.severities)},
                   {"subjects", texts(route.subjects)},
                   {"environments", texts(route.environments)},
                   {"channels", texts(route.channels)},
                   {"recipients", texts(route.recipients)},
                   {"continue", route.go_on}});
  }
  return out;
}

json::object to_json(const QuietHours& quiet) {
  return {{"from", time_of_day_text(quiet.from_minute)},
          {"to", time_of_day_text(quiet.to_minute)},
          {"utc_offset", utc_offset_text(quiet.utc_offset_minutes)},
          {"mute_critical", quiet.mute_critical},
          {"channels", texts(quiet.channels)}};
}

json::object to_json(const DigestSettings& digest) {
  return {{"channel", digest.channel},
          {"recipients", texts(digest.recipients)},
          {"weekday", weekday_text(digest.weekday)},
          {"time", time_of_day_text(digest.minute)},
          {"utc_offset", utc_offset_text(digest.utc_offset_minutes)}};
}

}  // namespace weir
