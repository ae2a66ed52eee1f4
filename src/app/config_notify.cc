#include "app/config_sections.h"
#include "base/file.h"
#include "notify/pagerduty.h"
#include "notify/setting_words.h"

namespace weir {
namespace {

constexpr std::size_t kSecretBytesMax = 4096;

/// A secret's file: its text without the line's end.
Result<std::string> read_secret(const std::string& path) {
  auto text = read_file(path, kSecretBytesMax);
  if (!text) return fail(ErrorCode::kInvalid, fmt::format("cannot be read: {}", text.error().detail));
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->empty()) return fail(ErrorCode::kInvalid, "is empty");
  return *std::move(text);
}

Result<std::string> as_is(const std::string& text) {
  return text;
}

/// `name` from the file or the environment, or NAME_file with the path of a file that holds it.
void read_secret_field(ConfigSection& section, const std::string& name, std::string& out) {
  section.text(name, out, kSecretBytesMax);
  const std::string file = name + "_file";
  if (section.has(name) && section.has(file))
    section.field_problem(file, fmt::format("{} is there too", name));
  section.parsed(file, out, read_secret);
}

void read_channel(ConfigSection& item, NotifySettings& notify) {
  ChannelSettings channel;
  item.text("name", channel.name, 64);
  item.call_it(called_channel(channel.name));
  item.parsed("type", channel.kind, read_channel_kind);
  if (!item.has("name") || !item.has("type")) {
    item.problem(item.line(), fmt::format("notify.channels[{}]: a channel needs its name and its type",
                                          notify.channels.size()));
  }
  if (channel.kind == ChannelKind::kPagerDuty) channel.url = kPagerDutyUrl;
  read_secret_field(item, "url", channel.url);
  item.parsed_list("secret", channel.secrets, as_is);
  if (item.has("secret_file")) item.parsed_list("secret_file", channel.secrets, read_secret);
  read_secret_field(item, "token", channel.token);
  read_secret_field(item, "routing_key", channel.routing_key);
  item.text("smtp_host", channel.smtp_host, 253);
  item.integer<std::uint16_t>("smtp_port", channel.smtp_port, 1, 65535);
  item.parsed("tls", channel.tls, read_mail_tls);
  if (!item.has("smtp_port")) channel.smtp_port = default_mail_port(channel.tls);
  item.text("username", channel.username, 254);
  read_secret_field(item, "password", channel.password);
  item.text("from", channel.from, 254);
  item.parsed_list("to", channel.to, as_is);
  item.text("ca_file", channel.ca_file);
  for (const auto& problem : problems_of(channel, notify.channels.size(), notify.allow_private_targets))
    item.problem(item.line(), fmt::format("notify.{}", problem));
  notify.channels.push_back(std::move(channel));
}

void read_route(ConfigSection& item, NotifySettings& notify) {
  NotifyRoute route;
  item.parsed_list("types", route.types, as_is);
  item.parsed_list("severities", route.severities, as_is);
  item.parsed_list("subjects", route.subjects, as_is);
  item.parsed_list("environments", route.environments, as_is);
  item.parsed_list("channels", route.channels, as_is);
  item.parsed_list("recipients", route.recipients, as_is);
  item.flag("continue", route.go_on);
  notify.routes.push_back(std::move(route));
}

void read_quiet_hours(ConfigSection& section, NotifySettings& notify) {
  QuietHours quiet;
  section.parsed("from", quiet.from_minute, read_time_of_day);
  section.parsed("to", quiet.to_minute, read_time_of_day);
  section.parsed("utc_offset", quiet.utc_offset_minutes, read_utc_offset);
  section.flag("mute_critical", quiet.mute_critical);
  section.parsed_list("channels", quiet.channels, as_is);
  if (!section.has("from") || !section.has("to")) {
    section.problem(section.line(), "notify.quiet_hours: needs from and to");
  }
  notify.quiet_hours = std::move(quiet);
}

void read_digest(ConfigSection& section, NotifySettings& notify) {
  DigestSettings digest;
  section.text("channel", digest.channel, 64);
  section.parsed_list("recipients", digest.recipients, as_is);
  section.parsed("weekday", digest.weekday, read_weekday);
  section.parsed("time", digest.minute, read_time_of_day);
  section.parsed("utc_offset", digest.utc_offset_minutes, read_utc_offset);
  if (!section.has("channel")) section.problem(section.line(), "notify.digest: needs a channel");
  notify.digest = std::move(digest);
}

}  // namespace

void read_notify(ConfigSection& section, NotifySettings& notify) {
  section.flag("allow_private_targets", notify.allow_private_targets);
  section.each_map("channels", [&](ConfigSection& item) { read_channel(item, notify); });
  section.each_map("routes", [&](ConfigSection& item) { read_route(item, notify); });
  section.child("quiet_hours", [&](ConfigSection& quiet) { read_quiet_hours(quiet, notify); });
  section.child("digest", [&](ConfigSection& digest) { read_digest(digest, notify); });
  section.child("grouping", [&](ConfigSection& grouping) {
    grouping.duration("wait", notify.grouping.wait, Seconds(0), kGroupWaitMax);
    grouping.duration("interval", notify.grouping.interval, Seconds(1), kGroupIntervalMax);
    grouping.duration("repeat", notify.grouping.repeat, kGroupRepeatMin, kGroupRepeatMax);
    grouping.integer<std::size_t>("messages_max", notify.grouping.messages_max, 1, kGroupMessagesMax);
  });
  // What channels lack was said with their lines.
  NotifySettings names = notify;
  for (const auto& problem : problems_of(names)) {
    const bool of_a_channel =
        problem.starts_with("channels[") && problem.find("name: there are two") == std::string::npos;
    if (!of_a_channel) section.problem(section.line(), fmt::format("notify.{}", problem));
  }
}

}  // namespace weir
