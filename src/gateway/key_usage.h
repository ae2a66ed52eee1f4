// What a consumer may know of its own usage, and where the gateway gets it from.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"

namespace weir {

/// The calls of one key in one hour of the clock.
struct UsageHour {
  UtcTime from{};
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;   // status 500 and above
  std::uint64_t limited = 0;  // refused by a limit
};

/// The last 24 hours of a key up to `now`, oldest first: the hour that runs and the 23 before it. May block.
using KeyUsageQuery = std::function<Result<std::vector<UsageHour>>(KeyId key, UtcTime now)>;

}  // namespace weir
