#include "app/human.h"

#include <fmt/format.h>

namespace weir {

std::string human_time(UtcTime time, UtcTime now) {
  using std::chrono::duration_cast;
  const Seconds distance = duration_cast<Seconds>(time < now ? now - time : time - now);
  const auto said = [&](std::int64_t count, std::string_view unit) {
    return time < now ? fmt::format("{} {} ago", count, unit) : fmt::format("in {} {}", count, unit);
  };
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  const std::int64_t seconds = distance.count();
  if (seconds < 5) return time <= now ? "just now" : "now";
  if (seconds < 2 * kMinute) return said(seconds, "s");
  if (seconds < 2 * kHour) return said(seconds / kMinute, "min");
  if (seconds < 2 * kDay) return said(seconds / kHour, "h");
  if (seconds < 30 * kDay) return said(seconds / kDay, "d");
  return to_rfc3339(time).substr(0, 10);
}

std::string human_time(std::string_view rfc3339, UtcTime now, std::string_view none) {
  if (rfc3339.empty()) return std::string(none);
  const auto time = parse_rfc3339(rfc3339);
  return time ? human_time(*time, now) : std::string(rfc3339);
}

std::string plain_time(std::string_view rfc3339) {
  const auto time = parse_rfc3339(rfc3339);
  if (!time) return std::string(rfc3339);
  std::string text = to_rfc3339(*time).substr(0, 19);
  text[10] = ' ';
  return text;
}

}  // namespace weir
