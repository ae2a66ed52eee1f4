// expires_at and expires_in_seconds, as keys and tokens have them.
#pragma once

#include <optional>

#include "admin/object_reader.h"
#include "base/clock.h"

namespace weir {

/// Reads one of the two into `expires_at`; null clears it, and without both it stays.
void read_expiry(ObjectReader& reader, std::optional<UtcTime>& expires_at, UtcTime now);

}  // namespace weir
