// /api/v1/session: signing in and out on the web page, and who is signed in.
#pragma once

#include "admin/access_settings.h"
#include "admin/authenticator.h"
#include "admin/router.h"
#include "admin/session_table.h"
#include "base/clock.h"

namespace weir {

struct SessionParts {
  const Clock& clock;
  Authenticator& authenticator;
  TokenTable& tokens;
  SessionTable& sessions;
  const AccessSettings& settings;
};

/// Everything handed in outlives the router.
void add_session_routes(Router& router, SessionParts parts);

}  // namespace weir
