// The payload of Alertmanager's webhook receiver, version "4", for the many programs that read it. Pure.
//
// Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
#pragma once

#include "notify/outgoing.h"

namespace weir {

[[nodiscard]] HttpPost render_alertmanager(const ChannelSettings& channel, const Message& message);

}  // namespace weir
