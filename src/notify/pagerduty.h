// PagerDuty's Events API v2: one incident for a group of alerts, from its first message to its end. Pure.
//
// Source: https://developer.pagerduty.com/docs/events-api-v2
#pragma once

#include "notify/outgoing.h"

namespace weir {

/// Where PagerDuty takes events unless a channel names another place.
inline constexpr const char* kPagerDutyUrl = "https://events.pagerduty.com/v2/enqueue";

/// trigger while something of the group fires, acknowledge when all of it is acknowledged, resolve when all
/// of it is resolved; the thread's id is the dedup_key.
[[nodiscard]] HttpPost render_pagerduty(const ChannelSettings& channel, const Message& message);

}  // namespace weir
