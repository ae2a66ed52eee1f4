// The webhook channel: Standard Webhooks 1.0.0. Pure.
#pragma once

#include "notify/outgoing.h"

namespace weir {

/// A body is always shorter.
inline constexpr std::size_t kWebhookBodyMax = 20'000;

/// {"type","timestamp","data"}: what happened, when, and the message's alerts. Alerts that do not fit are
/// left to data.alerts_total.
[[nodiscard]] std::string webhook_body(const Message& message);

/// Signed for an attempt at `now` with every secret of the channel; the id is the message's over all
/// attempts.
[[nodiscard]] HttpPost render_webhook(const ChannelSettings& channel, const Message& message, UtcTime now);

}  // namespace weir
