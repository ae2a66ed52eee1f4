#include "notify/setting_words.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::size_t kShownMax = 64;
constexpr int kOffsetMax = 14 * 60;
constexpr std::array<std::string_view, 7> kWeekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                       "thursday", "friday", "saturday"};

tl::unexpected<Error> unreadable(std::string_view wanted, std::string_view text) {
  return fail(ErrorCode::kInvalid, fmt::format("is {}, not '{}'", wanted, text.substr(0, kShownMax)));
}

std::optional<unsigned> two_digits(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string clock_text(int minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

}  // namespace

Result<ChannelKind> read_channel_kind(std::string_view text) {
  if (const auto kind = parse_channel_kind(text)) return *kind;
  return unreadable("webhook, slack, email, alertmanager or pagerduty", text);
}

std::string_view to_string(MailTls tls) {
  switch (tls) {
    case MailTls::kStartTls:
      return "starttls";
    case MailTls::kTls:
      return "tls";
    case MailTls::kNone:
      return "none";
  }
  return "starttls";
}

Result<MailTls> read_mail_tls(std::string_view text) {
  for (const MailTls tls : {MailTls::kStartTls, MailTls::kTls, MailTls::kNone}) {
    if (to_string(tls) == text) return tls;
  }
  return unreadable("starttls, tls or none", text);
}

std::uint16_t default_mail_port(MailTls tls) {
  return tls == MailTls::kTls ? 465 : 587;
}

std::string time_of_day_text(std::uint16_t minutes) {
  return clock_text(minutes);
}

Result<std::uint16_t> read_time_of_day(std::string_view text) {
  constexpr std::string_view kWanted = "a time of day like 22:00";
  if (text.size() != 5 || text[2] != ':') return unreadable(kWanted, text);
  const auto hours = two_digits(text.substr(0, 2));
  const auto minutes = two_digits(text.substr(3));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return unreadable(kWanted, text);
  return static_cast<std::uint16_t>(*hours * 60 + *minutes);
}

std::string_view weekday_text(std::chrono::weekday day) {
  return kWeekdays.at(day.c_encoding());
}

Result<std::chrono::weekday> read_weekday(std::string_view text) {
  for (unsigned i = 0; i < kWeekdays.size(); ++i) {
    if (kWeekdays[i] == text) return std::chrono::weekday(i);
  }
  return unreadable("a day of the week like monday", text);
}

std::string utc_offset_text(std::int16_t minutes) {
  return fmt::format("{}{}", minutes < 0 ? '-' : '+', clock_text(std::abs(minutes)));
}

Result<std::int16_t> read_utc_offset(std::string_view text) {
  if (text == "Z") return std::int16_t{0};
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    const auto time = read_time_of_day(text.substr(1));
    if (time && *time <= kOffsetMax) return static_cast<std::int16_t>(negative ? -*time : *time);
  }
  return unreadable("an offset like +02:00", text);
}

}  // namespace weir
