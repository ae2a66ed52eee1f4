// What the gateway tells consumers of their usage, from the roll-ups.
#pragma once

#include "gateway/key_usage.h"
#include "usage/usage_queries.h"

namespace weir {

/// `queries` outlives it. Any thread; blocks on the store.
[[nodiscard]] KeyUsageQuery key_usage_from(UsageQueries& queries);

}  // namespace weir
