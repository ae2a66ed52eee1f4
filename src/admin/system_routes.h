// /healthz, /readyz, /metrics: for whoever watches the process. Open without a token.
#pragma once

#include <functional>
#include <string>

#include "admin/key_registry.h"
#include "admin/request_counters.h"
#include "admin/router.h"

namespace weir {

struct SystemParts {
  std::function<bool()> ready;
  std::function<std::string()> metrics_text;  // of the parts admin does not own; may be none
  const KeyRegistry& registry;
  const RequestCounters& counters;
};

/// Everything handed in outlives the router.
void add_system_routes(Router& router, SystemParts parts);

}  // namespace weir
