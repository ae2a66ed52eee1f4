// The time detectors work with.
#pragma once

#include <cstdint>

namespace weir {

/// Seconds since 1970, UTC.
using AlertSecond = std::int64_t;

}  // namespace weir
