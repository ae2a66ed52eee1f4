// Which channels an event goes to, and when they may be disturbed. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/notification.h"
#include "notify/settings.h"

namespace weir {

struct Destination {
  std::string channel;
  std::vector<std::string> recipients;  // of e-mail; empty: the channel's own

  friend bool operator==(const Destination&, const Destination&) = default;
};

/// The destinations of the first route that matches, and of later ones while they say go_on; every channel
/// when no route is configured; those the event names itself when it names any that exist. Each destination
/// once.
[[nodiscard]] std::vector<Destination> destinations_of(const OutboxEvent& event,
                                                       const NotifySettings& settings);

/// True when `pattern`, in which * stands for any characters, is `text`.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view text);

/// The end of the quiet hours `now` is in, when messages of that gravity to `channel` wait for it.
[[nodiscard]] std::optional<UtcTime> quiet_until(const std::optional<QuietHours>& quiet,
                                                 std::string_view channel, bool critical, UtcTime now);

}  // namespace weir
