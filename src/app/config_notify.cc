#include <charconv>

#include "app/config_sections.h"
#include "base/file.h"
#include "notify/pagerduty.h"

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
    section.problem(section.line_of(file), fmt::format("notify.channels.{}: {} is there too", file, name));
  section.parsed(file, out, read_secret);
}

Result<ChannelKind> parse_kind(const std::string& name) {
  if (const auto kind = parse_channel_kind(name)) return *kind;
  return fail(ErrorCode::kInvalid,
              fmt::format("is webhook, slack, email, alertmanager or pagerduty, not '{}'",
                          std::string_view(name).substr(0, 64)));
}

Result<MailTls> parse_tls(const std::string& name) {
  if (name == "starttls") return MailTls::kStartTls;
  if (name == "tls") return MailTls::kTls;
  if (name == "none") return MailTls::kNone;
  return fail(ErrorCode::kInvalid,
              fmt::format("is starttls, tls or none, not '{}'", std::string_view(name).substr(0, 64)));
}

/// "22:00" in minutes.
Result<std::uint16_t> parse_time_of_day(const std::string& text) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalid,
                fmt::format("is a time of day like 22:00, not '{}'", std::string_view(text).substr(0, 64)));
  };
  unsigned hours = 0;
  unsigned minutes = 0;
  if (text.size() != 5 || text[2] != ':') return wrong();
  const auto first = std::from_chars(text.data(), text.data() + 2, hours);
  const auto second = std::from_chars(text.data() + 3, text.data() + 5, minutes);
  if (first.ptr != text.data() + 2 || second.ptr != text.data() + 5 || hours > 23 || minutes > 59)
    return wrong();
  return static_cast<std::uint16_t>(hours * 60 + minutes);
}

/// "+02:00", "-05:30" or "Z" in minutes.
Result<std::int16_t> parse_utc_offset(const std::string& text) {
  if (text == "Z") return std::int16_t{0};
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    const auto time = parse_time_of_day(text.substr(1));
    if (time && *time <= 14 * 60) return static_cast<std::int16_t>(negative ? -*time : *time);
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("is an offset like +02:00, not '{}'", std::string_view(text).substr(0, 64)));
}

void read_channel(ConfigSection& item, NotifySettings& notify) {
  ChannelSettings channel;
  item.text("name", channel.name, 64);
  item.parsed("type", channel.kind, parse_kind);
  if (!item.has("name") || !item.has("type")) {
    item.problem(item.line(), "notify.channels: a channel needs its name and its type");
  }
  if (channel.kind == ChannelKind::kPagerDuty) channel.url = kPagerDutyUrl;
  read_secret_field(item, "url", channel.url);
  item.parsed_list("secret", channel.secrets, as_is);
  if (item.has("secret_file")) item.parsed_list("secret_file", channel.secrets, read_secret);
  read_secret_field(item, "token", channel.token);
  read_secret_field(item, "routing_key", channel.routing_key);
  item.text("smtp_host", channel.smtp_host, 253);
  item.integer<std::uint16_t>("smtp_port", channel.smtp_port, 1, 65535);
  item.parsed("tls", channel.tls, parse_tls);
  if (channel.tls == MailTls::kTls && !item.has("smtp_port")) channel.smtp_port = 465;
  item.text("username", channel.username, 254);
  read_secret_field(item, "password", channel.password);
  item.text("from", channel.from, 254);
  item.parsed_list("to", channel.to, as_is);
  item.text("ca_file", channel.ca_file);
  for (const auto& problem : problems_of(channel, notify.allow_private_targets))
    item.problem(item.line(), fmt::format("notify.channels: {}", problem));
  notify.channels.push_back(std::move(channel));
}

void read_route(ConfigSection& item, NotifySettings& notify) {
  NotifyRoute route;
  item.parsed_list("types", route.types, as_is);
  item.parsed_list("severities", route.severities, [](const std::string& name) -> Result<std::string> {
    if (name == "warning" || name == "critical") return name;
    return fail(ErrorCode::kInvalid,
                fmt::format("is warning or critical, not '{}'", std::string_view(name).substr(0, 64)));
  });
  item.parsed_list("subjects", route.subjects, as_is);
  item.parsed_list("environments", route.environments, as_is);
  item.parsed_list("channels", route.channels, as_is);
  item.parsed_list("recipients", route.recipients, as_is);
  item.flag("continue", route.go_on);
  notify.routes.push_back(std::move(route));
}

void read_quiet_hours(ConfigSection& section, NotifySettings& notify) {
  QuietHours quiet;
  section.parsed("from", quiet.from_minute, parse_time_of_day);
  section.parsed("to", quiet.to_minute, parse_time_of_day);
  section.parsed("utc_offset", quiet.utc_offset_minutes, parse_utc_offset);
  section.flag("mute_critical", quiet.mute_critical);
  section.parsed_list("channels", quiet.channels, as_is);
  if (!section.has("from") || !section.has("to")) {
    section.problem(section.line(), "notify.quiet_hours: needs from and to");
  }
  notify.quiet_hours = std::move(quiet);
}

}  // namespace

void read_notify(ConfigSection& section, NotifySettings& notify) {
  section.flag("allow_private_targets", notify.allow_private_targets);
  section.each_map("channels", [&](ConfigSection& item) { read_channel(item, notify); });
  section.each_map("routes", [&](ConfigSection& item) { read_route(item, notify); });
  section.child("quiet_hours", [&](ConfigSection& quiet) { read_quiet_hours(quiet, notify); });
  section.child("grouping", [&](ConfigSection& grouping) {
    using std::chrono::hours;
    grouping.duration("wait", notify.grouping.wait, Seconds(0), hours(1));
    grouping.duration("interval", notify.grouping.interval, Seconds(1), hours(24));
    grouping.duration("repeat", notify.grouping.repeat, Seconds(60), hours(24 * 30));
    grouping.integer<std::size_t>("messages_max", notify.grouping.messages_max, 1, 1000);
  });
  // What channels lack was said with their lines.
  NotifySettings names = notify;
  for (const auto& problem : problems_of(names)) {
    const bool of_a_channel =
        problem.starts_with("channel '") && problem.find("there are two") == std::string::npos;
    if (!of_a_channel) section.problem(section.line(), fmt::format("notify.{}", problem));
  }
}

}  // namespace weir
