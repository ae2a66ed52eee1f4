// Questions about usage, answered from the roll-ups: totals, series, rankings and percentiles.
//
// Any thread; each call blocks on the store, on the state of one moment, and waits for no writer. What a
// question reads is bounded by the roll-ups' tiers, not by the number of calls: docs/usage.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"
#include "store/store.h"
#include "usage/endpoint_names.h"

namespace weir {

/// From inclusive, to exclusive.
struct TimeRange {
  UtcTime from{};
  UtcTime to{};
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// Calls that match every field that is set.
struct UsageFilter {
  std::optional<KeyId> key;                 // KeyId(0): calls under no key
  std::optional<UserId> user;               // the owner of the key
  std::optional<std::string> endpoint;      // the template; one nobody called matches nothing
  std::optional<std::string> method;        // "GET"; what weir has no name for is "OTHER"
  std::optional<std::uint16_t> status_min;  // inclusive
  std::optional<std::uint16_t> status_max;  // inclusive
};

enum class GroupBy : std::uint8_t { kNone, kKey, kUser, kEndpoint, kStatus, kMethod, kOutcome };

/// What groups are ordered by, the largest first.
enum class UsageOrder : std::uint8_t {
  kRequests,
  kErrors,     // 5xx
  kErrorRate,  // 5xx of all
  kLimited,
  kBytes,  // in and out
  kMean,   // of the response time, as are those below
  kP50,
  kP90,
  kP95,
  kP99,
  kMax,
};

/// Of the `count` calls that were measured (not all that were imported are); percentiles within 1 %
/// (base/log_histogram.h), mean and max exact. Zero when there are none.
struct DurationSummary {
  std::uint64_t count = 0;
  Micros mean{};
  Micros p50{};
  Micros p90{};
  Micros p95{};
  Micros p99{};
  Micros max{};
  std::vector<Micros> at{};  // for each of SummaryQuery::fractions
};

struct UsageTotals {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;          // status 500 and above
  std::uint64_t client_errors = 0;   // status 400 to 499
  std::uint64_t limited = 0;         // refused by a limit
  std::uint64_t refused = 0;         // refused by weir for any reason, limits included
  std::uint64_t shadow_limited = 0;  // over a limit, let through
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  DurationSummary response_time;
  DurationSummary upstream_time;  // of the calls that were answered by an upstream

  /// Of the requests, 0 to 1.
  [[nodiscard]] double error_rate() const {
    return requests == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(requests);
  }
};

/// Calls that share a key, a user, … `id` is that of the key, user or endpoint (0: none), the status, or 0;
/// `name` is the key's or user's name, the endpoint's template, "404", "GET", "forwarded". Empty: it is gone
/// from the store, or there never was one.
struct UsageGroup {
  std::uint64_t id = 0;
  std::string name;
  UsageTotals totals;
};

inline constexpr std::size_t kUsageGroupsMax = 1000;
inline constexpr std::size_t kUsagePointsMax = 10'000;

struct SummaryQuery {
  TimeRange range;
  UsageFilter filter;
  GroupBy group_by = GroupBy::kNone;
  UsageOrder order = UsageOrder::kRequests;
  std::size_t limit = 100;          // groups; 1 to kUsageGroupsMax
  bool compare = false;             // with the period of the same length before
  bool percentiles = true;          // false: the p.. fields stay 0, which is quicker
  std::vector<double> fractions{};  // 0 to 1, other percentiles for DurationSummary::at; needs `percentiles`
};

struct UsageSummary {
  TimeRange range;                  // really answered: rounded outwards to the finest tier still kept
  UsageTotals total;                // of everything that matches
  std::vector<UsageGroup> groups;   // in order; none for GroupBy::kNone
  std::uint64_t groups_found = 0;   // before the limit
  std::optional<TimeRange> before;  // of `total_before`, for `compare`
  std::optional<UsageTotals> total_before;
  std::vector<UsageTotals> groups_before;  // of groups[i]; empty without `compare`
};

struct SeriesQuery {
  TimeRange range;
  Seconds step{3600};  // whole minutes, from 1 to 3,660 days
  UsageFilter filter;
  GroupBy group_by = GroupBy::kNone;
  UsageOrder order = UsageOrder::kRequests;  // which groups have a series: the first ones in this order
  std::size_t limit = 10;  // series; 1 to 50; points and series together at most kUsagePointsMax
  bool percentiles = true;
};

/// One line of a plot; a point for every step of the range, empty ones included.
struct UsageSeries {
  std::uint64_t id = 0;  // as in UsageGroup
  std::string name;
  std::vector<UsageTotals> points;
};

struct UsageTimeline {
  TimeRange range;                  // really answered: whole steps
  Seconds step{};                   // as asked for, or coarser when finer tiers are gone
  std::vector<UtcTime> starts;      // of each point
  std::vector<UsageSeries> series;  // one without a name for GroupBy::kNone
};

class UsageQueries {
 public:
  virtual ~UsageQueries() = default;

  /// kInvalid: a range that ends before it starts, a limit; the detail names field, bound and value.
  [[nodiscard]] virtual Result<UsageSummary> summary(const SummaryQuery& query) = 0;
  /// kInvalid as above, and when there would be more than kUsagePointsMax points.
  [[nodiscard]] virtual Result<UsageTimeline> timeline(const SeriesQuery& query) = 0;
  /// The ids of all keys that called in the time, rounded outwards to what is kept; ascending. kInvalid as
  /// above.
  [[nodiscard]] virtual Result<std::vector<std::uint32_t>> callers(const TimeRange& range) = 0;
};

/// What a scan of roll-ups costs (BlockScanner) before a second thread takes part: a millisecond or so, some
/// ten times what waking it costs.
inline constexpr std::size_t kScanPatience = 32'768;

/// `store` outlives it. `endpoints` gives the names known now (EndpointTable::names); called by any thread.
[[nodiscard]] std::unique_ptr<UsageQueries> make_usage_queries(Store& store,
                                                               std::function<SharedEndpointNames()> endpoints,
                                                               std::size_t patience = kScanPatience);

}  // namespace weir
