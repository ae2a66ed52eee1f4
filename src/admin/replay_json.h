// What a replay found, as the API shows it. Pure but for `names`.
#pragma once

#include <boost/json/object.hpp>

#include "admin/replay_run.h"
#include "alerts/alert_text.h"

namespace weir {

/// Keys listed of those limits would have refused: the most refused first.
inline constexpr std::size_t kReplayedKeysMax = 1000;

/// {"alerts": {"calls", "late_calls", "counts", "items", "omitted"}, "limits": null or {…}}
[[nodiscard]] boost::json::object replay_json(const ReplayOutcome& outcome, const ReplayQuestion& question,
                                              const AlertNames& names);

}  // namespace weir
