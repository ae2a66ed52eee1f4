#include "notify/settings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "model/alert.h"
#include "notify/mail_address.h"
#include "notify/target_url.h"
#include "notify/webhook_signature.h"

namespace weir {
namespace {

constexpr std::array<std::pair<ChannelKind, std::string_view>, 5> kKinds = {{
    {ChannelKind::kWebhook, "webhook"},
    {ChannelKind::kSlack, "slack"},
    {ChannelKind::kEmail, "email"},
    {ChannelKind::kAlertmanager, "alertmanager"},
    {ChannelKind::kPagerDuty, "pagerduty"},
}};

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

/// A header's value, or a field of SMTP: printable ASCII.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

void check_size(std::size_t size, std::size_t max, std::string_view where,
                std::vector<std::string>& problems) {
  if (size > max) problems.push_back(fmt::format("{}: at most {} are possible, not {}", where, max, size));
}

class ChannelCheck {
 public:
  ChannelCheck(const ChannelSettings& channel, std::size_t index) : channel_(channel), index_(index) {}

  void need(bool there, std::string_view field) {
    if (!there) add(field, fmt::format("a channel of type {} needs it", to_string(channel_.kind)));
  }
  void refuse(bool there, std::string_view field) {
    if (there) add(field, fmt::format("a channel of type {} has no such field", to_string(channel_.kind)));
  }
  void bound(std::size_t size, std::size_t max, std::string_view field) {
    if (size > max) add(field, fmt::format("at most {} are possible, not {}", max, size));
  }
  void add(std::string_view field, std::string_view sentence) {
    const std::string name = called_channel(channel_.name);
    problems.push_back(fmt::format("channels[{}].{}: {}{}", index_, field, sentence,
                                   name.empty() ? "" : fmt::format(" ({})", name)));
  }

  std::vector<std::string> problems;

 private:
  const ChannelSettings& channel_;
  const std::size_t index_;
};

void check_url(const ChannelSettings& channel, bool allow_private, ChannelCheck& check) {
  check.need(!channel.url.empty(), "url");
  if (channel.url.empty()) return;
  if (auto allowed = check_target_url(channel.url, allow_private); !allowed) {
    check.add("url", allowed.error().detail);
  }
}

void check_mail(const ChannelSettings& channel, bool allow_private, ChannelCheck& check) {
  check.refuse(!channel.url.empty(), "url");
  check.need(!channel.smtp_host.empty(), "smtp_host");
  if (!channel.smtp_host.empty()) {
    if (auto allowed = check_target_host(channel.smtp_host, allow_private); !allowed) {
      check.add("smtp_host", allowed.error().detail);
    }
  }
  check.need(!channel.from.empty(), "from");
  if (!channel.from.empty() && !is_mail_address(channel.from)) check.add("from", "is not a mail address");
  check.need(!channel.to.empty(), "to");
  check.bound(channel.to.size(), kNotifyListMax, "to");
  for (const auto& address : channel.to) {
    if (!is_mail_address(address)) {
      check.add("to", fmt::format("'{}' is not a mail address", printable_address(address)));
    }
  }
  check.need(channel.username.empty() == channel.password.empty(),
             channel.username.empty() ? "username" : "password");
  if (!channel.password.empty() && channel.tls == MailTls::kNone) {
    check.add("tls", "is none, but a password must not be sent in the clear");
  }
}

/// What names channels.
struct RouteCheck {
  const std::set<std::string_view>& names;
  std::vector<std::string>& problems;

  void channels(const std::vector<std::string>& used, const std::string& where) const {
    check_size(used.size(), kChannelsMax, where, problems);
    for (const auto& name : used) {
      if (names.count(name) != 0) continue;
      problems.push_back(fmt::format("{}: there is no channel '{}'", where, name.substr(0, 64)));
    }
  }

  void route(const NotifyRoute& route, const std::string& where) const {
    channels(route.channels, where + ".channels");
    for (const auto& type : route.types) {
      if (!parse_alert_type(type))
        problems.push_back(fmt::format("{}.types: '{}' is no type of alert", where, type.substr(0, 64)));
    }
    for (const auto& severity : route.severities) {
      if (parse_alert_severity(severity)) continue;
      problems.push_back(
          fmt::format("{}.severities: is warning or critical, not '{}'", where, severity.substr(0, 64)));
    }
    for (const auto& address : route.recipients) {
      if (is_mail_address(address)) continue;
      problems.push_back(
          fmt::format("{}.recipients: '{}' is not a mail address", where, printable_address(address)));
    }
    for (const auto* list :
         {&route.types, &route.severities, &route.subjects, &route.environments, &route.recipients})
      check_size(list->size(), kNotifyListMax, where, problems);
  }
};

void check_digest(const NotifySettings& settings, std::vector<std::string>& problems) {
  const DigestSettings& digest = *settings.digest;
  const auto channel = std::find_if(settings.channels.begin(), settings.channels.end(),
                                    [&](const ChannelSettings& one) { return one.name == digest.channel; });
  const std::string name = digest.channel.substr(0, 64);
  if (channel == settings.channels.end()) {
    problems.push_back(fmt::format("digest.channel: there is no channel '{}'", name));
  } else if (channel->kind != ChannelKind::kEmail) {
    problems.push_back(fmt::format("digest.channel: must be of type email, but '{}' is of type {}", name,
                                   to_string(channel->kind)));
  }
  check_size(digest.recipients.size(), kNotifyListMax, "digest.recipients", problems);
  for (const auto& address : digest.recipients) {
    if (is_mail_address(address)) continue;
    problems.push_back(
        fmt::format("digest.recipients: '{}' is not a mail address", printable_address(address)));
  }
}

}  // namespace

std::string_view to_string(ChannelKind kind) {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return "webhook";
}

std::optional<ChannelKind> parse_channel_kind(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

std::string called_channel(std::string_view name) {
  return name.empty() ? "" : fmt::format("channel '{}'", name.substr(0, 64));
}

std::vector<std::string> problems_of(const ChannelSettings& channel, std::size_t index, bool allow_private) {
  ChannelCheck check(channel, index);
  if (!is_name(channel.name)) check.add("name", "is 1 to 64 letters, digits, - and _");
  if (channel.name == "log") check.add("name", "log is always there, and needs no channel");
  if (channel.kind == ChannelKind::kEmail) {
    check_mail(channel, allow_private, check);
  } else {
    check_url(channel, allow_private, check);
    check.refuse(!channel.smtp_host.empty(), "smtp_host");
    check.refuse(!channel.from.empty(), "from");
    check.refuse(!channel.to.empty(), "to");
    check.refuse(!channel.username.empty() || !channel.password.empty(), "username");
  }
  if (channel.kind == ChannelKind::kWebhook) {
    check.need(!channel.secrets.empty(), "secret");
    check.bound(channel.secrets.size(), kChannelSecretsMax, "secret");
    for (const auto& secret : channel.secrets) {
      if (auto key = webhook_key(secret); !key) check.add("secret", key.error().detail);
    }
  } else {
    check.refuse(!channel.secrets.empty(), "secret");
  }
  if (channel.kind == ChannelKind::kPagerDuty) {
    check.need(!channel.routing_key.empty(), "routing_key");
  } else {
    check.refuse(!channel.routing_key.empty(), "routing_key");
  }
  if (channel.kind != ChannelKind::kWebhook && channel.kind != ChannelKind::kAlertmanager) {
    check.refuse(!channel.token.empty(), "token");
  }
  if (!is_plain(channel.token)) check.add("token", "is printable ASCII without blanks");
  return std::move(check.problems);
}

std::vector<std::string> problems_of(const NotifySettings& settings) {
  std::vector<std::string> problems;
  check_size(settings.channels.size(), kChannelsMax, "channels", problems);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < settings.channels.size(); ++i) {
    const ChannelSettings& channel = settings.channels[i];
    for (auto& problem : problems_of(channel, i, settings.allow_private_targets))
      problems.push_back(std::move(problem));
    if (names.insert(channel.name).second) continue;
    ChannelCheck check(channel, i);
    check.add("name", "there are two of that name");
    problems.push_back(std::move(check.problems.front()));
  }
  const RouteCheck check{.names = names, .problems = problems};
  check_size(settings.routes.size(), kRoutesMax, "routes", problems);
  for (std::size_t i = 0; i < settings.routes.size(); ++i)
    check.route(settings.routes[i], fmt::format("routes[{}]", i));
  if (settings.quiet_hours) check.channels(settings.quiet_hours->channels, "quiet_hours.channels");
  if (settings.digest) check_digest(settings, problems);
  return problems;
}

}  // namespace weir
