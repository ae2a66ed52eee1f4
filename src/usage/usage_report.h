// What a report tells of a time: totals and their trend, who and what was called most, what was slow, what
// failed, who met limits, and keys to look after.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/key_store.h"
#include "usage/usage_queries.h"

namespace weir {

/// A key a report points at.
struct ReportedKey {
  KeyId id;
  std::string name;
  std::optional<UtcTime> last_used;
  std::optional<UtcTime> expires_at;
};

struct ReportedKeys {
  std::uint64_t count = 0;
  std::vector<ReportedKey> keys;  // the first of them
};

struct UsageReport {
  static constexpr std::size_t kGroupsMax = 10;
  static constexpr std::size_t kKeysMax = 20;
  static constexpr std::chrono::days kExpiringWithin{30};
  /// Below this many calls an endpoint is not among the slowest or the failing: chance would put it there.
  static constexpr std::uint64_t kCallsMin = 5;

  UtcTime made_at{};
  UsageSummary totals;     // with the time before
  UsageTimeline timeline;  // one series
  UsageSummary keys;       // most requests, with the time before
  UsageSummary endpoints;  // likewise
  UsageSummary slowest;    // endpoints by p95
  UsageSummary statuses;   // answers of 400 and above
  UsageSummary failing;    // endpoints by errors (5xx)
  UsageSummary limited;    // keys by refusals over a limit
  UsageSummary outcomes;
  ReportedKeys unused;    // active, made before the time's end, and without a call in it
  ReportedKeys expiring;  // active, and ending within kExpiringWithin of `made_at`
};

/// Blocks on the store; any thread. Reads the keys page by page. kInvalid: a range that ends before it
/// starts.
[[nodiscard]] Result<UsageReport> make_usage_report(UsageQueries& queries, KeyStore& keys,
                                                    const TimeRange& range, UtcTime now);

/// A step that makes a plot of a range readable: about a hundred points.
[[nodiscard]] Seconds readable_step(const TimeRange& range);

}  // namespace weir
