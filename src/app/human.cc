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

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* larger : {"KiB", "MiB", "GiB", "TiB", "PiB"}) {
    if (value < 1023.95) break;
    value /= 1024;
    unit = larger;
  }
  return fmt::format("{:.1f} {}", value, unit);
}

std::string human_seconds(double seconds) {
  if (seconds < 0.00995) return fmt::format("{:.1f} ms", seconds * 1000);
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1000);
  return fmt::format("{:.2f} s", seconds);
}

}  // namespace weir
