// /api/v1/deliveries and /api/v1/channels: what was sent to whom, what came of it, and whether a channel
// works.
#pragma once

#include <string>

#include "admin/router.h"
#include "base/clock.h"
#include "notify/notifier.h"
#include "store/outbox_store.h"

namespace weir {

struct DeliveryParts {
  const Clock& clock;
  OutboxStore& outbox;
  Notifier& notifier;
  std::string environment;  // what test messages say
};

/// Everything handed in outlives the router.
void add_delivery_routes(Router& router, DeliveryParts parts);

}  // namespace weir
