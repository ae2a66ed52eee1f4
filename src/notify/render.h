// A message as its channel's kind wants it. Pure.
#pragma once

#include "notify/outgoing.h"

namespace weir {

/// For an attempt at `now`.
[[nodiscard]] Outgoing render(const ChannelSettings& channel, const Message& message, UtcTime now);

}  // namespace weir
