#include "usage/access_log_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::size_t kCommonTimeSize = 26;
constexpr double kSecondsMax = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr double kDurationMax = 7 * 86400;

/// `count` digits at `at`; -1 when one is none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// 1 to 12; 0 when it is no month.
unsigned month_of(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == name) return i + 1;
  }
  return 0;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<UtcTime> parse_common_log_time(std::string_view text) {
  if (text.size() != kCommonTimeSize || text[2] != '/' || text[6] != '/' || text[11] != ':' ||
      text[14] != ':' || text[17] != ':' || text[20] != ' ' || (text[21] != '+' && text[21] != '-')) {
    return std::nullopt;
  }
  const int day = digits(text, 0, 2);
  const unsigned month = month_of(text.substr(3, 3));
  const int year = digits(text, 7, 4);
  const int hour = digits(text, 12, 2);
  const int minute = digits(text, 15, 2);
  const int second = digits(text, 18, 2);
  const int zone_hours = digits(text, 22, 2);
  const int zone_minutes = digits(text, 24, 2);
  // A leap second is written as 60.
  if (day < 1 || month == 0 || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60 || zone_hours < 0 || zone_hours > 23 || zone_minutes < 0 || zone_minutes > 59) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const auto zone = std::chrono::hours(zone_hours) + std::chrono::minutes(zone_minutes);
  const auto local =
      std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + Seconds(second);
  return UtcTime(text[21] == '-' ? local + zone : local - zone);
}

std::optional<UtcTime> parse_any_log_time(std::string_view text) {
  if (const auto common = parse_common_log_time(text)) return common;
  if (const auto seconds = number(text)) return log_time_of(*seconds);
  const auto rfc = parse_rfc3339(text);
  return rfc ? std::optional<UtcTime>(*rfc) : std::nullopt;
}

std::optional<UtcTime> log_time_of(double seconds) {
  if (std::isnan(seconds)) return std::nullopt;
  return UtcTime(Micros(std::llround(std::clamp(seconds, -kSecondsMax, kSecondsMax) * 1e6)));
}

Result<void> check_log_time(UtcTime at, UtcTime now) {
  if (at < UtcTime{}) return fail(ErrorCode::kInvalid, "its time is before 1970");
  if (at > now + std::chrono::days(1)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("its time is more than a day ahead of now, {}", to_rfc3339(now)));
  }
  return {};
}

std::optional<Micros> parse_log_duration(std::string_view text) {
  const auto seconds = number(text);
  return seconds ? log_duration_of(*seconds) : std::nullopt;
}

std::optional<Micros> log_duration_of(double seconds) {
  if (!(seconds >= 0) || seconds > kDurationMax) return std::nullopt;
  // Servers write 0.000 for what took less than they tell: that is no call nobody measured.
  return std::max(Micros(std::llround(seconds * 1e6)), Micros(1));
}

}  // namespace weir
