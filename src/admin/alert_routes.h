// /api/v1/alerts…: what is firing, its history and details, what people do about it, and the check of a
// reported call.
#pragma once

#include "admin/alert_service.h"
#include "admin/key_service.h"
#include "admin/router.h"
#include "alerts/alert_text.h"
#include "store/call_log.h"

namespace weir {

/// Everything outlives the router.
struct AlertRouteParts {
  AlertService& service;
  AlertStore& store;
  CallLog& calls;
  KeyService& keys;
  const Clock& clock;
  AlertNames names;
  std::function<SharedEndpointNames()> endpoint_names;
};

void add_alert_routes(Router& router, AlertRouteParts parts);
/// Deactivate, rotate or throttle the key an alert is about.
void add_alert_key_routes(Router& router, AlertRouteParts parts);
/// GET, PUT, DELETE /api/v1/alerts/settings, and its versions.
void add_alert_settings_routes(Router& router, AlertRouteParts parts);
/// GET, POST /api/v1/alerts/silences, DELETE one, and what one would mute.
void add_silence_routes(Router& router, AlertRouteParts parts);

}  // namespace weir
