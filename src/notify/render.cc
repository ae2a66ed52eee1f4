#include "notify/render.h"

#include "notify/alertmanager.h"
#include "notify/email.h"
#include "notify/pagerduty.h"
#include "notify/slack.h"
#include "notify/webhook.h"

namespace weir {

Outgoing render(const ChannelSettings& channel, const Message& message, UtcTime now) {
  switch (channel.kind) {
    case ChannelKind::kSlack:
      return render_slack(channel, message);
    case ChannelKind::kEmail:
      return render_email(channel, message);
    case ChannelKind::kAlertmanager:
      return render_alertmanager(channel, message);
    case ChannelKind::kPagerDuty:
      return render_pagerduty(channel, message);
    case ChannelKind::kWebhook:
      break;
  }
  return render_webhook(channel, message, now);
}

}  // namespace weir
