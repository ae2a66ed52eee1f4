// The parameters that questions about usage share. Problems are added to the query, as everywhere.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "admin/query_params.h"
#include "usage/usage_queries.h"

namespace weir {

/// The longest range a question may have.
inline constexpr std::chrono::days kRangeMax{3660};

/// key_id= (0: calls under no key), user_id=, endpoint=, method=, status=.
[[nodiscard]] UsageFilter read_usage_filter(QueryParams& query);

/// from= and to=, each an RFC 3339 time, "-24h" or "now"; without them the last `otherwise`.
[[nodiscard]] TimeRange read_time_range(QueryParams& query, UtcTime now, Seconds otherwise);

/// group_by=key|user|endpoint|status|method|outcome.
[[nodiscard]] GroupBy read_group_by(QueryParams& query, GroupBy otherwise);
[[nodiscard]] std::string_view to_string(GroupBy group_by);

/// order=requests|errors|error_rate|limited|bytes|mean|p50|p90|p95|p99|max.
[[nodiscard]] UsageOrder read_order(QueryParams& query);

/// step=, whole minutes as "5m" or "1h"; without it one that makes about a hundred points.
[[nodiscard]] Seconds read_step(QueryParams& query, const TimeRange& range);

/// q=0.5,0.99: percentiles as parts of 1, at most kFractionsMax; 0.5, 0.9, 0.95 and 0.99 unless said.
inline constexpr std::size_t kFractionsMax = 16;
[[nodiscard]] std::vector<double> read_fractions(QueryParams& query);

/// compare=previous.
[[nodiscard]] bool read_compare(QueryParams& query);

}  // namespace weir
