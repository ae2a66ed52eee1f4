#include "app/alert_sources.h"

#include <algorithm>

#include "base/epoch.h"
#include "base/log.h"

namespace weir {
namespace {

constexpr std::size_t kExpiringMax = 10'000;
constexpr std::chrono::hours kGivenUpCounts{
    1};  // a channel has failed while a delivery was given up so lately

std::vector<LimitUse> limit_use(const AlertSources& sources, const std::vector<KeyId>& keys) {
  std::vector<LimitUse> uses;
  const Instant now = sources.clock.instant();
  for (const KeyId key : keys) {
    const auto facts = sources.keys.find(key);
    if (!facts) continue;
    const EpochGuard guard;
    const Decision state = sources.limiter.peek(key, facts->quota, now);
    for (std::uint8_t i = 0; i < state.window_count; ++i) {
      const WindowState& window = state.windows[i];
      if (window.limit == kUnlimited || window.limit == 0) continue;
      uses.push_back({.key = key,
                      .window = i,
                      .limit = window.limit,
                      .used = window.limit - std::min(window.limit, window.remaining),
                      .reset_seconds = window.reset_seconds});
    }
  }
  return uses;
}

std::vector<KeyExpiry> expiring(const AlertSources& sources, double days) {
  const UtcTime now = sources.clock.utc();
  const auto within =
      std::chrono::duration_cast<Micros>(std::chrono::duration<double, std::ratio<86400>>(days));
  std::vector<KeyExpiry> found;
  for (const auto& expiry : sources.keys.expiring(now, now + within, kExpiringMax))
    found.push_back({.key = expiry.key, .expires_at = expiry.at});
  return found;
}

std::vector<ChannelHealth> channels(const AlertSources& sources) {
  std::vector<ChannelHealth> found;
  const auto failing = sources.store.outbox().failing(sources.clock.utc() - kGivenUpCounts);
  if (!failing) {
    log::warn("what became of deliveries cannot be read", {{"reason", failing.error().detail}});
    return found;
  }
  for (const auto& [name, count] : *failing) found.push_back({.name = name, .failed = count});
  return found;
}

}  // namespace

std::vector<std::string> CurrentWindows::names() const {
  std::vector<std::string> names;
  for (const auto& window : all()) names.push_back(window.name);
  return names;
}

AlertDirectory alert_directory(const AlertSources& sources) {
  return {.endpoint = [sources](EndpointId id) { return std::string(sources.endpoints()->name(id)); },
          .plan =
              [sources](KeyId id) {
                auto facts = sources.keys.find(id);
                return facts ? std::move(facts->plan) : std::string();
              },
          .window = [sources](std::uint8_t position) -> AlertDirectory::Window {
            const auto windows = sources.windows.all();
            if (position >= windows.size()) return {};
            return {windows[position].name, windows[position].seconds};
          }};
}

AlertNames alert_names(const AlertSources& sources) {
  return {.endpoint = [sources](EndpointId id) { return std::string(sources.endpoints()->name(id)); },
          .key =
              [sources](KeyId id) {
                const auto key = sources.store.keys().get(id);
                return key ? key->name : std::string();
              }};
}

void connect(AlertStageParts& parts, const AlertSources& sources) {
  parts.directory = alert_directory(sources);
  parts.names = alert_names(sources);
  parts.limit_use = [sources](const std::vector<KeyId>& keys) { return limit_use(sources, keys); };
  parts.expiring = [sources](double days) { return expiring(sources, days); };
  parts.channels = [sources] { return channels(sources); };
  parts.dropped = [sources] {
    std::uint64_t dropped = 0;
    for (const auto* journal : sources.journals) dropped += journal->stats().dropped_records;
    return dropped;
  };
}

}  // namespace weir
