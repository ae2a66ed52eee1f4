// Who is told what, and how: channels, routes, quiet hours. Plain; docs/notifications.md describes the
// fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace weir {

enum class ChannelKind : std::uint8_t { kWebhook, kSlack, kEmail, kAlertmanager, kPagerDuty };
[[nodiscard]] std::string_view to_string(ChannelKind kind);  // "webhook", "slack", "email", …
[[nodiscard]] std::optional<ChannelKind> parse_channel_kind(std::string_view name);

enum class MailTls : std::uint8_t {
  kStartTls,  // upgraded before anything is said; refused when the server cannot
  kTls,       // from the first byte
  kNone,      // in the clear: for a relay on the same machine
};

struct ChannelSettings {
  std::string name;  // 1 to 64 letters, digits, - and _
  ChannelKind kind = ChannelKind::kWebhook;
  std::string url;                   // of HTTP kinds; a secret but for its host
  std::vector<std::string> secrets;  // "whsec_…" of a webhook, the newest first; several while one rotates
  std::string token;        // a bearer token for Alertmanager-style receivers and webhooks; may be empty
  std::string routing_key;  // of PagerDuty

  std::string smtp_host;
  std::uint16_t smtp_port = 587;
  MailTls tls = MailTls::kStartTls;
  std::string username;  // empty: no authentication
  std::string password;
  std::string from;
  std::vector<std::string> to;

  std::string ca_file;  // empty: the system's authorities

  friend bool operator==(const ChannelSettings&, const ChannelSettings&) = default;
};

/// Alerts that match every non-empty list go to `channels`. A subject may hold * for any characters.
struct NotifyRoute {
  std::vector<std::string> types;
  std::vector<std::string> severities;
  std::vector<std::string> subjects;
  std::vector<std::string> environments;
  std::vector<std::string> channels;
  std::vector<std::string> recipients;  // of e-mail channels, in place of their own
  bool go_on = false;                   // later routes are asked too

  friend bool operator==(const NotifyRoute&, const NotifyRoute&) = default;
};

/// A daily span in which warnings wait for its end.
struct QuietHours {
  std::uint16_t from_minute = 0;  // of the day
  std::uint16_t to_minute = 0;    // may be before `from_minute`: over midnight
  std::int16_t utc_offset_minutes = 0;
  bool mute_critical = false;           // critical ones wait too
  std::vector<std::string> channels{};  // empty: all

  friend bool operator==(const QuietHours&, const QuietHours&) = default;
};

/// A mail once a week with what its alerts came to.
struct DigestSettings {
  std::string channel;                  // one of e-mail
  std::vector<std::string> recipients;  // empty: the channel's own
  std::chrono::weekday weekday{std::chrono::Monday};
  std::uint16_t minute = 8 * 60;        // of the day
  std::int16_t utc_offset_minutes = 0;  // of that hour, and of the days it is about

  friend bool operator==(const DigestSettings&, const DigestSettings&) = default;
};

struct GroupingSettings {
  Seconds wait{30};               // after a group's first alert, for more of them
  Seconds interval{300};          // between a group's messages
  Seconds repeat{4 * 3600};       // while firing and unacknowledged
  std::size_t messages_max = 10;  // to a channel within `interval`; half of them for warnings
  friend bool operator==(const GroupingSettings&, const GroupingSettings&) = default;
};

inline constexpr Seconds kGroupWaitMax{3600};
inline constexpr Seconds kGroupIntervalMax{24 * 3600};
inline constexpr Seconds kGroupRepeatMin{60};
inline constexpr Seconds kGroupRepeatMax{30 * 24 * 3600};
inline constexpr std::size_t kGroupMessagesMax = 1000;

struct NotifySettings {
  std::vector<ChannelSettings> channels;  // at most kChannelsMax
  std::vector<NotifyRoute> routes;        // none: everything goes to every channel; at most kRoutesMax
  std::optional<QuietHours> quiet_hours;
  GroupingSettings grouping;
  std::optional<DigestSettings> digest;
  bool allow_private_targets = false;

  friend bool operator==(const NotifySettings&, const NotifySettings&) = default;
};

inline constexpr std::size_t kChannelsMax = 50;
inline constexpr std::size_t kRoutesMax = 200;
inline constexpr std::size_t kChannelSecretsMax = 10;  // of one webhook
inline constexpr std::size_t kNotifyListMax = 100;     // recipients, names and patterns in one list

/// What cannot be seen field by field: names that are taken or unknown, fields a kind needs or does not know,
/// URLs that are not allowed, lists that are too long. As all problems of a document: "PATH.field: sentence",
/// of a channel's field with its name behind ("channels[0].url: … (channel 'ops')"). Never a secret.
[[nodiscard]] std::vector<std::string> problems_of(const NotifySettings& settings);

/// One channel's own problems; it is `channels[index]`.
[[nodiscard]] std::vector<std::string> problems_of(const ChannelSettings& channel, std::size_t index,
                                                   bool allow_private_targets);

/// "channel 'ops'", as problems call it; empty for a channel without a name.
[[nodiscard]] std::string called_channel(std::string_view name);

}  // namespace weir
