// Slack's incoming webhooks: Block Kit, with a plain text for notifications and old clients. Pure.
#pragma once

#include <string>
#include <string_view>

#include "notify/outgoing.h"

namespace weir {

/// What a text must not say to Slack: & < > (https://api.slack.com/reference/surfaces/formatting#escaping).
/// Without < nothing becomes a link or a mention. Marks of mrkdwn are left; they change looks only.
[[nodiscard]] std::string slack_escaped(std::string_view text);

/// The channel's URL is the secret. Bounds of Block Kit: 50 blocks, 150 characters of a header, 3,000 of a
/// section.
[[nodiscard]] HttpPost render_slack(const ChannelSettings& channel, const Message& message);

}  // namespace weir
