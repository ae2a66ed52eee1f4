// How settings of notifications are written, in the configuration file and through the API alike. Pure.
//
// What cannot be read is kInvalid: "is …, not 'TEXT'", with at most 64 bytes of the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "notify/settings.h"

namespace weir {

[[nodiscard]] Result<ChannelKind> read_channel_kind(std::string_view text);

[[nodiscard]] std::string_view to_string(MailTls tls);  // "starttls", "tls", "none"
[[nodiscard]] Result<MailTls> read_mail_tls(std::string_view text);
/// Where mail is taken that way unless a channel names a port.
[[nodiscard]] std::uint16_t default_mail_port(MailTls tls);

/// "22:00", in minutes of the day.
[[nodiscard]] std::string time_of_day_text(std::uint16_t minutes);
[[nodiscard]] Result<std::uint16_t> read_time_of_day(std::string_view text);

/// "monday".
[[nodiscard]] std::string_view weekday_text(std::chrono::weekday day);
[[nodiscard]] Result<std::chrono::weekday> read_weekday(std::string_view text);

/// "+02:00", "-05:30" or "Z", in minutes; at most 14 hours.
[[nodiscard]] std::string utc_offset_text(std::int16_t minutes);
[[nodiscard]] Result<std::int16_t> read_utc_offset(std::string_view text);

}  // namespace weir
