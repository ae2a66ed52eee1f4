// What questions about usage are answered with, as JSON. Pure.
#pragma once

#include <span>

#include <boost/json/object.hpp>

#include "usage/usage_queries.h"

namespace weir {

/// `requests, errors, client_errors, error_rate, limited, refused, shadow_limited, bytes, bytes_in,
/// bytes_out, response_time, upstream_time`. Times in seconds; error_rate is errors of requests, 0 to 1.
[[nodiscard]] boost::json::object to_json(const UsageTotals& totals);

/// How `now` differs from `before`, as a part of `before`: 0.25 is a quarter more; null where before was
/// nothing.
[[nodiscard]] boost::json::object change_json(const UsageTotals& now, const UsageTotals& before);

/// `id` (null: none), `name` (null: none), then the totals.
[[nodiscard]] boost::json::object to_json(const UsageGroup& group);

/// The whole answer of /usage/summary and /usage/top.
[[nodiscard]] boost::json::object to_json(const UsageSummary& summary, GroupBy group_by);

/// The whole answer of /usage/percentiles.
[[nodiscard]] boost::json::object percentiles_json(const UsageSummary& summary, GroupBy group_by,
                                                   std::span<const double> fractions);

/// The whole answer of /usage/timeseries.
[[nodiscard]] boost::json::object to_json(const UsageTimeline& timeline, GroupBy group_by);

}  // namespace weir
