#include "admin/notify_settings_json.h"

#include <algorithm>
#include <set>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "admin/json_document.h"
#include "notify/pagerduty.h"
#include "notify/setting_words.h"
#include "notify/settings_json.h"

namespace weir {
namespace {

namespace json = boost::json;

constexpr TextRule kName{.min = 1, .max = 64};
constexpr TextRule kWord{.min = 1, .max = 100};
constexpr TextRule kPattern{.min = 1, .max = 1000};
constexpr TextRule kAddress{.min = 3, .max = 320};
constexpr TextRule kUrl{.min = 1, .max = 2048, .secret = true};
constexpr TextRule kSecret{.min = 1, .max = 4096, .secret = true};

/// A word that `read` (text → Result<T>) makes something of.
template <class T, class Read>
void read_word(ObjectReader& reader, std::string_view name, T& out, Read read) {
  const auto text = reader.text(name, kWord);
  if (!text) return;
  if (auto value = read(*text))
    out = *std::move(value);
  else
    reader.problem(name, value.error().detail);
}

void read_list(ObjectReader& reader, std::string_view name, std::size_t max, TextRule rule,
               std::vector<std::string>& out) {
  if (auto texts = reader.texts(name, max, rule)) out = *std::move(texts);
}

void read_seconds(ObjectReader& reader, std::string_view name, Seconds min, Seconds max, Seconds& out) {
  const auto count =
      reader.integer(name, static_cast<std::uint64_t>(min.count()), static_cast<std::uint64_t>(max.count()));
  if (count) out = Seconds(static_cast<std::int64_t>(*count));
}

/// Reads the secrets of one channel, whose other fields are read already.
class SecretReader {
 public:
  SecretReader(ObjectReader& item, ChannelSettings& channel, const std::vector<ChannelSettings>& held)
      : item_(item), channel_(channel) {
    for (const ChannelSettings& one : held) {
      if (one.name == channel.name && one.kind == channel.kind) held_ = &one;
    }
  }

  /// One that is sent to the receiver, and so is kept for the same one only.
  void sent(std::string_view name, std::string ChannelSettings::*field) {
    if (!read(name, field)) return;
    const std::string_view changed = receiver_change();
    if (changed.empty())
      channel_.*field = held_->*field;
    else
      item_.problem(name, fmt::format("must be given again (or null), as {} changes", changed));
  }

  /// The receiver's URL, of which only the host is shown. Before what is sent there.
  void url() {
    if (!item_.has("url")) {
      if (held_ != nullptr) channel_.url = held_->url;
      return;
    }
    auto text = item_.text("url", kUrl);
    if (!text) return;
    if (*text != kMaskedSecret && !text->ends_with(fmt::format("/{}", kMaskedSecret))) {
      channel_.url = *std::move(text);
    } else if (held_ == nullptr) {
      no_such_secret("url");
    } else if (*text != kMaskedSecret && *text != masked_url(held_->url)) {
      item_.problem("url",
                    fmt::format("{} stands for the rest of a URL that goes elsewhere: must be given whole",
                                kMaskedSecret));
    } else {
      channel_.url = held_->url;
    }
  }

  /// Keys of signatures, which leave weir never; the first *** stands for the first that is held, and so on.
  void signing_keys(std::string_view name) {
    if (item_.is_null(name)) return;
    if (!item_.has(name)) {
      if (held_ != nullptr) channel_.secrets = held_->secrets;
      return;
    }
    auto given = item_.text_or_texts(name, kChannelSecretsMax, kSecret);
    if (!given) return;
    std::size_t kept = 0;
    for (std::string& key : *given) {
      if (key != kMaskedSecret) continue;
      if (held_ == nullptr || kept >= held_->secrets.size()) {
        no_such_secret(name);
        return;
      }
      key = held_->secrets[kept++];
    }
    channel_.secrets = *std::move(given);
  }

 private:
  /// Takes what is given; true: what is held is wanted, and there is one.
  bool read(std::string_view name, std::string ChannelSettings::*field) {
    if (item_.is_null(name)) return false;
    const bool given = item_.has(name);
    if (given) {
      auto text = item_.text(name, kSecret);
      if (!text) return false;
      if (*text != kMaskedSecret) {
        channel_.*field = *std::move(text);
        return false;
      }
    }
    if (held_ != nullptr && !(held_->*field).empty()) return true;
    if (given) no_such_secret(name);
    return false;
  }

  void no_such_secret(std::string_view name) {
    item_.problem(name,
                  fmt::format("{} stands for a secret that is there already, but no channel of that name "
                              "and type {} has one to keep",
                              kMaskedSecret, to_string(channel_.kind)));
  }

  /// The field in which the receivers differ; empty: it is the same.
  [[nodiscard]] std::string_view receiver_change() const {
    if (held_->url != channel_.url) return "url";
    if (held_->smtp_host != channel_.smtp_host) return "smtp_host";
    if (held_->smtp_port != channel_.smtp_port) return "smtp_port";
    if (held_->tls != channel_.tls) return "tls";
    if (held_->ca_file != channel_.ca_file) return "ca_file";
    return {};
  }

  ObjectReader& item_;
  ChannelSettings& channel_;
  const ChannelSettings* held_ = nullptr;
};

void read_mail(ObjectReader& item, ChannelSettings& channel) {
  channel.smtp_host = item.text("smtp_host", {.min = 1, .max = 253}).value_or("");
  read_word(item, "tls", channel.tls, read_mail_tls);
  channel.smtp_port = static_cast<std::uint16_t>(
      item.integer("smtp_port", 1, 65535).value_or(default_mail_port(channel.tls)));
  channel.username = item.text("username", {.min = 1, .max = 254}).value_or("");
  channel.from = item.text("from", {.min = 1, .max = 254}).value_or("");
  read_list(item, "to", kNotifyListMax, kAddress, channel.to);
}

ChannelSettings read_channel(ObjectReader& item, const std::vector<ChannelSettings>& held) {
  ChannelSettings channel;
  item.require("name");
  item.require("type");
  channel.name = item.text("name", kName).value_or("");
  item.call_it(called_channel(channel.name));
  read_word(item, "type", channel.kind, read_channel_kind);
  channel.ca_file = item.text("ca_file", {.min = 1, .max = 4096}).value_or("");
  if (channel.kind == ChannelKind::kPagerDuty) channel.url = kPagerDutyUrl;
  if (channel.kind == ChannelKind::kEmail) read_mail(item, channel);

  SecretReader secrets(item, channel, held);
  if (channel.kind != ChannelKind::kEmail || item.has("url")) secrets.url();
  if (channel.kind == ChannelKind::kWebhook) secrets.signing_keys("secret");
  if (channel.kind == ChannelKind::kWebhook || channel.kind == ChannelKind::kAlertmanager)
    secrets.sent("token", &ChannelSettings::token);
  if (channel.kind == ChannelKind::kPagerDuty) secrets.sent("routing_key", &ChannelSettings::routing_key);
  if (channel.kind == ChannelKind::kEmail && (!channel.username.empty() || item.has("password")))
    secrets.sent("password", &ChannelSettings::password);
  item.finish();
  return channel;
}

NotifyRoute read_route(ObjectReader& item) {
  NotifyRoute route;
  read_list(item, "types", kNotifyListMax, kWord, route.types);
  read_list(item, "severities", kNotifyListMax, kWord, route.severities);
  read_list(item, "subjects", kNotifyListMax, kPattern, route.subjects);
  read_list(item, "environments", kNotifyListMax, kWord, route.environments);
  read_list(item, "channels", kChannelsMax, kName, route.channels);
  read_list(item, "recipients", kNotifyListMax, kAddress, route.recipients);
  route.go_on = item.flag("continue").value_or(false);
  item.finish();
  return route;
}

QuietHours read_quiet_hours(ObjectReader& item) {
  QuietHours quiet;
  item.require("from");
  item.require("to");
  read_word(item, "from", quiet.from_minute, read_time_of_day);
  read_word(item, "to", quiet.to_minute, read_time_of_day);
  read_word(item, "utc_offset", quiet.utc_offset_minutes, read_utc_offset);
  quiet.mute_critical = item.flag("mute_critical").value_or(false);
  read_list(item, "channels", kChannelsMax, kName, quiet.channels);
  item.finish();
  return quiet;
}

DigestSettings read_digest(ObjectReader& item) {
  DigestSettings digest;
  item.require("channel");
  digest.channel = item.text("channel", kName).value_or("");
  read_list(item, "recipients", kNotifyListMax, kAddress, digest.recipients);
  read_word(item, "weekday", digest.weekday, read_weekday);
  read_word(item, "time", digest.minute, read_time_of_day);
  read_word(item, "utc_offset", digest.utc_offset_minutes, read_utc_offset);
  item.finish();
  return digest;
}

GroupingSettings read_grouping(ObjectReader& item) {
  GroupingSettings grouping;
  read_seconds(item, "wait_seconds", Seconds(0), kGroupWaitMax, grouping.wait);
  read_seconds(item, "interval_seconds", Seconds(1), kGroupIntervalMax, grouping.interval);
  read_seconds(item, "repeat_seconds", kGroupRepeatMin, kGroupRepeatMax, grouping.repeat);
  if (const auto max = item.integer("messages_max", 1, kGroupMessagesMax)) grouping.messages_max = *max;
  item.finish();
  return grouping;
}

template <class Item, class Read>
void read_items(ObjectReader& body, std::string_view name, std::size_t max, std::vector<Item>& items,
                Read read) {
  const json::array* list = body.list(name, max);
  if (list == nullptr) return;
  items.clear();
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader item((*list)[i], body.problems(), fmt::format("{}[{}]", body.path_of(name), i));
    items.push_back(read(item));
  }
}

json::object secret_fields(const ChannelSettings& channel) {
  json::object out;
  if (!channel.url.empty()) out["url"] = channel.url;
  if (!channel.secrets.empty()) out["secret"] = json::array(channel.secrets.begin(), channel.secrets.end());
  if (!channel.token.empty()) out["token"] = channel.token;
  if (!channel.routing_key.empty()) out["routing_key"] = channel.routing_key;
  if (!channel.password.empty()) out["password"] = channel.password;
  return out;
}

}  // namespace

json::object to_json(const NotifySettings& settings) {
  json::object out;
  out["channels"] = to_json(settings.channels);
  out["routes"] = to_json(settings.routes);
  out["quiet_hours"] =
      settings.quiet_hours ? json::value(to_json(*settings.quiet_hours)) : json::value(nullptr);
  out["grouping"] = {{"wait_seconds", settings.grouping.wait.count()},
                     {"interval_seconds", settings.grouping.interval.count()},
                     {"repeat_seconds", settings.grouping.repeat.count()},
                     {"messages_max", settings.grouping.messages_max}};
  out["digest"] = settings.digest ? json::value(to_json(*settings.digest)) : json::value(nullptr);
  return out;
}

bool has_notify_sections(const ObjectReader& body) {
  return std::any_of(kNotifySections.begin(), kNotifySections.end(),
                     [&body](std::string_view name) { return body.has(name); });
}

NotifySettings read_notify_settings(ObjectReader& body, const NotifySettings& held) {
  NotifySettings settings = held;
  std::set<std::string> names;
  read_items(body, "channels", kChannelsMax, settings.channels, [&](ObjectReader& item) {
    ChannelSettings channel = read_channel(item, held.channels);
    // Secrets are kept by name.
    if (!channel.name.empty() && !names.insert(channel.name).second)
      item.problem("name", "there are two of that name");
    return channel;
  });
  read_items(body, "routes", kRoutesMax, settings.routes, read_route);
  if (body.is_null("quiet_hours"))
    settings.quiet_hours.reset();
  else if (auto quiet = body.object("quiet_hours"))
    settings.quiet_hours = read_quiet_hours(*quiet);
  if (auto grouping = body.object("grouping")) settings.grouping = read_grouping(*grouping);
  if (body.is_null("digest"))
    settings.digest.reset();
  else if (auto digest = body.object("digest"))
    settings.digest = read_digest(*digest);
  return settings;
}

void pass_over_notify_settings(ObjectReader& body) {
  for (const auto& [name, most] : {std::pair("channels", kChannelsMax), std::pair("routes", kRoutesMax)}) {
    const auto* items = body.list(name, most);
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i)
      ObjectReader((*items)[i], body.problems(), fmt::format("{}[{}]", body.path_of(name), i));
  }
  for (const char* name : {"quiet_hours", "digest"}) {
    if (!body.is_null(name)) static_cast<void>(body.object(name));
  }
  static_cast<void>(body.object("grouping"));
}

std::string secrets_document(const NotifySettings& settings) {
  json::object out;
  for (const ChannelSettings& channel : settings.channels) {
    if (json::object fields = secret_fields(channel); !fields.empty()) out[channel.name] = std::move(fields);
  }
  return out.empty() ? std::string() : json::serialize(out);
}

Result<NotifySettings> parse_notify_settings(const json::object& document, std::string_view secrets) {
  json::value whole = json::object();
  for (const std::string_view name : kNotifySections) {
    if (const auto* section = document.if_contains(name)) whole.get_object()[name] = *section;
  }
  if (!secrets.empty()) {
    WEIR_TRY_ASSIGN(kept, parse_json_document(secrets));
    const json::object* by_channel = kept.if_object();
    json::value* channels = whole.get_object().if_contains("channels");
    if (by_channel == nullptr || channels == nullptr || !channels->is_array())
      return fail(ErrorCode::kInvalid, "the secrets of the channels cannot be read");
    for (json::value& channel : channels->get_array()) {
      json::object* fields = channel.if_object();
      const json::value* name = fields == nullptr ? nullptr : fields->if_contains("name");
      const json::value* own =
          name == nullptr || !name->is_string() ? nullptr : by_channel->if_contains(name->get_string());
      if (own == nullptr || !own->is_object()) continue;
      for (const auto& field : own->get_object()) (*fields)[field.key()] = field.value();
    }
  }
  FieldProblems problems;
  ObjectReader body(whole, problems);
  NotifySettings settings = read_notify_settings(body, {});
  body.finish();
  WEIR_TRY(problems.result());
  return settings;
}

}  // namespace weir
