#include "base/clock.h"

#include <ctime>

#include <fmt/format.h>

namespace weir {
namespace {

std::int64_t read_nanos(clockid_t id) {
  timespec ts{};
  ::clock_gettime(id, &ts);
  return static_cast<std::int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
}

/// Reads exactly `digits` decimal digits at the front of `text` and takes them off.
bool take_number(std::string_view& text, std::size_t digits, int& value) {
  if (text.size() < digits) return false;
  value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// Takes ".ddd…" off, as microseconds.
bool take_fraction(std::string_view& text, int& micros) {
  micros = 0;
  if (!take_char(text, ".")) return true;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 6) micros = micros * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (int i = digits; i < 6; ++i) micros *= 10;
  return digits > 0;
}

/// Takes "Z" or "+hh:mm" off, as minutes east of UTC.
bool take_offset(std::string_view& text, int& minutes) {
  minutes = 0;
  if (take_char(text, "Zz")) return true;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hours = 0;
  int mins = 0;
  if (!take_number(text, 2, hours) || !take_char(text, ":") || !take_number(text, 2, mins)) return false;
  minutes = sign * (hours * 60 + mins);
  return hours < 24 && mins < 60;
}

}  // namespace

UtcTime SystemClock::utc() const {
  return UtcTime(Micros(read_nanos(CLOCK_REALTIME) / 1000));
}

Instant SystemClock::instant() const {
  return Instant(Nanos(read_nanos(CLOCK_BOOTTIME)));
}

std::string to_rfc3339(UtcTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<UtcTime> parse_rfc3339(std::string_view text) {
  std::string_view rest = text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micros = 0, offset = 0;
  const bool shaped = take_number(rest, 4, year) && take_char(rest, "-") && take_number(rest, 2, month) &&
                      take_char(rest, "-") && take_number(rest, 2, day) && take_char(rest, "Tt ") &&
                      take_number(rest, 2, hour) && take_char(rest, ":") && take_number(rest, 2, minute) &&
                      take_char(rest, ":") && take_number(rest, 2, second) && take_fraction(rest, micros) &&
                      take_offset(rest, offset) && rest.empty();
  const std::chrono::year_month_day date(std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)});
  if (!shaped || !date.ok() || hour > 23 || minute > 59 || second > 60) {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is not a time like 2026-11-23T10:00:00Z", text.substr(0, 64)));
  }
  return UtcTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute - offset) + Seconds(second) + Micros(micros);
}

}  // namespace weir
