// Which alerts a silence mutes. Pure.
#pragma once

#include <vector>

#include "base/result.h"
#include "model/alert.h"

namespace weir {

/// Whether `silence` is about such an alert, whatever the time.
[[nodiscard]] bool matches(const Silence& silence, const Alert& alert);
/// Whether any of them mutes it at `now`.
[[nodiscard]] bool is_silenced(const std::vector<Silence>& silences, const Alert& alert, UtcTime now);
/// kInvalid names the field: ends before it starts, mutes everything without a comment, a text too long.
[[nodiscard]] Result<void> validate(const Silence& silence);

}  // namespace weir
