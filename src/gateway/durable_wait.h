// Holding an answer back until its record is on the disk (`journal.sync: always`).
#pragma once

#include "gateway/worker.h"

namespace weir {

/// Resumes once everything appended so far is durable, or the disk has refused for kDurableWaitMax.
inline constexpr Seconds kDurableWaitMax{10};
[[nodiscard]] net::Task<void> wait_until_durable(Worker& worker);

}  // namespace weir
