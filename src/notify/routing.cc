#include "notify/routing.h"

#include <algorithm>

namespace weir {
namespace {

bool holds(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool matches(const NotifyRoute& route, const AlertNotice& alert) {
  const auto fits = [](const std::vector<std::string>& list, std::string_view value) {
    return list.empty() || holds(list, value);
  };
  return fits(route.types, alert.alert_type) && fits(route.severities, alert.severity) &&
         fits(route.environments, alert.environment) &&
         (route.subjects.empty() ||
          std::any_of(route.subjects.begin(), route.subjects.end(),
                      [&](const std::string& pattern) { return matches_pattern(pattern, alert.subject); }));
}

void add(std::vector<Destination>& out, const NotifySettings& settings, const std::string& channel,
         const std::vector<std::string>& recipients) {
  const auto known = std::find_if(settings.channels.begin(), settings.channels.end(),
                                  [&](const ChannelSettings& one) { return one.name == channel; });
  if (known == settings.channels.end()) return;
  Destination destination{channel, {}};
  if (known->kind == ChannelKind::kEmail) destination.recipients = recipients;
  if (std::find(out.begin(), out.end(), destination) == out.end()) out.push_back(std::move(destination));
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  // Greedy with one point to come back to: linear for one *, never worse than the product of both sizes.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<Destination> destinations_of(const OutboxEvent& event, const NotifySettings& settings) {
  std::vector<Destination> out;
  for (const auto& channel : event.channels) add(out, settings, channel, event.recipients);
  if (!out.empty()) return out;
  if (settings.routes.empty()) {
    for (const auto& channel : settings.channels) add(out, settings, channel.name, event.recipients);
    return out;
  }
  for (const auto& route : settings.routes) {
    if (!matches(route, event.alert)) continue;
    for (const auto& channel : route.channels)
      add(out, settings, channel, event.recipients.empty() ? route.recipients : event.recipients);
    if (!route.go_on) break;
  }
  return out;
}

std::optional<UtcTime> quiet_until(const std::optional<QuietHours>& quiet, std::string_view channel,
                                   bool critical, UtcTime now) {
  using std::chrono::days;
  using std::chrono::minutes;
  if (!quiet || (critical && !quiet->mute_critical) || quiet->from_minute == quiet->to_minute)
    return std::nullopt;
  if (!quiet->channels.empty() && !holds(quiet->channels, channel)) return std::nullopt;
  const UtcTime local = now + minutes(quiet->utc_offset_minutes);
  const auto midnight = std::chrono::floor<days>(local);
  const UtcTime from = midnight + minutes(quiet->from_minute);
  const UtcTime to = midnight + minutes(quiet->to_minute);
  const bool over_midnight = quiet->from_minute > quiet->to_minute;
  const bool is_quiet = over_midnight ? local >= from || local < to : local >= from && local < to;
  if (!is_quiet) return std::nullopt;
  return (local < to ? to : to + days(1)) - minutes(quiet->utc_offset_minutes);
}

}  // namespace weir
