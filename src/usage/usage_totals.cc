#include "usage/usage_totals.h"

namespace weir {
namespace {

Micros micros(std::uint64_t count) {
  return Micros(static_cast<std::int64_t>(std::min<std::uint64_t>(count, INT64_MAX)));
}

DurationSummary summarize(std::uint64_t count, std::uint64_t sum, std::uint64_t max,
                          const LogHistogram& times, std::span<const double> fractions) {
  DurationSummary out;
  out.count = count;
  out.at.resize(fractions.size());
  if (count == 0) return out;
  out.mean = micros(sum / count);
  out.max = micros(max);
  out.p50 = times.percentile(0.50, out.max);
  out.p90 = times.percentile(0.90, out.max);
  out.p95 = times.percentile(0.95, out.max);
  out.p99 = times.percentile(0.99, out.max);
  for (std::size_t i = 0; i < fractions.size(); ++i) out.at[i] = times.percentile(fractions[i], out.max);
  return out;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double percentile(const ScanSum& sum, double fraction) {
  return static_cast<double>(sum.response.percentile(fraction, micros(sum.measures.response_max)).count());
}

}  // namespace

UsageTotals totals_of(const ScanSum& sum, std::span<const double> fractions) {
  const RollupMeasures& measures = sum.measures;
  return {.requests = measures.requests,
          .errors = measures.errors,
          .client_errors = measures.client_errors,
          .limited = measures.limited,
          .refused = measures.refused,
          .shadow_limited = measures.shadow_limited,
          .bytes_in = measures.bytes_in,
          .bytes_out = measures.bytes_out,
          .response_time = summarize(measures.requests, measures.response_sum, measures.response_max,
                                     sum.response, fractions),
          .upstream_time = summarize(measures.upstream_count, measures.upstream_sum, measures.upstream_max,
                                     sum.upstream, fractions)};
}

bool needs_histogram(UsageOrder order) {
  return order == UsageOrder::kP50 || order == UsageOrder::kP90 || order == UsageOrder::kP95 ||
         order == UsageOrder::kP99;
}

double order_value(UsageOrder order, const ScanSum& sum) {
  const RollupMeasures& measures = sum.measures;
  switch (order) {
    case UsageOrder::kRequests:
      return static_cast<double>(measures.requests);
    case UsageOrder::kErrors:
      return static_cast<double>(measures.errors);
    case UsageOrder::kErrorRate:
      return ratio(measures.errors, measures.requests);
    case UsageOrder::kLimited:
      return static_cast<double>(measures.limited);
    case UsageOrder::kBytes:
      return static_cast<double>(measures.bytes_in + measures.bytes_out);
    case UsageOrder::kMean:
      return ratio(measures.response_sum, measures.requests);
    case UsageOrder::kP50:
      return percentile(sum, 0.50);
    case UsageOrder::kP90:
      return percentile(sum, 0.90);
    case UsageOrder::kP95:
      return percentile(sum, 0.95);
    case UsageOrder::kP99:
      return percentile(sum, 0.99);
    case UsageOrder::kMax:
      return static_cast<double>(measures.response_max);
  }
  return 0;
}

}  // namespace weir
