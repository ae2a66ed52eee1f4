// When the weekly digest of alerts is due, and what is remembered so that no week is told twice. Pure.
//
// A digest is about the seven whole days before the day it is sent on; days and hour are of its own offset.
// An hour that passes while weir is down is made good after the start: only the latest one, which is never
// more than a week ago. A schedule that is new, or another, begins with its next hour.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "notify/settings.h"
#include "store/outbox_store.h"

namespace weir {

/// The row of the store that holds the memory, among those of groups.
inline constexpr std::string_view kDigestRow = "digest";

struct DigestWeek {
  UtcTime due{};
  UtcTime from{};  // days begin at midnight of the digest's offset
  UtcTime to{};    // exclusive
  friend bool operator==(const DigestWeek&, const DigestWeek&) = default;
};

/// The week whose hour came last, at `now` or before.
[[nodiscard]] DigestWeek latest_week(const DigestSettings& settings, UtcTime now);
/// The week whose hour comes next, after `now`.
[[nodiscard]] DigestWeek next_week(const DigestSettings& settings, UtcTime now);
/// Today and the six days before it, up to `now`.
[[nodiscard]] DigestWeek week_so_far(const DigestSettings& settings, UtcTime now);

struct DigestMemory {
  std::string schedule;            // "monday 08:00 +00:00", what `after` is of; empty: no digest was wanted
  UtcTime after{};                 // hours up to this one are done with
  std::optional<UtcTime> told_to;  // where the last week that was told ends

  friend bool operator==(const DigestMemory&, const DigestMemory&) = default;
};

struct DigestStep {
  DigestMemory memory;             // to be stored together with the digest of …
  std::optional<DigestWeek> week;  // … if one is due
};

/// What is due at `now`. `held`: the memory that is stored; of a store without one, an empty one.
[[nodiscard]] DigestStep next_digest(const std::optional<DigestSettings>& settings, const DigestMemory& held,
                                     UtcTime now);

[[nodiscard]] NotifyGroupRow to_row(const DigestMemory& memory);
/// kCorrupt.
[[nodiscard]] Result<DigestMemory> parse_digest_memory(const NotifyGroupRow& row);

}  // namespace weir
