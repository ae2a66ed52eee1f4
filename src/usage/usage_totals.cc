#include "usage/usage_totals.h"

#include <array>

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
  constexpr std::array kUsual = {0.99, 0.95, 0.90, 0.50};
  std::array<Micros, kUsual.size()> usual{};
  times.percentiles(kUsual, out.max, usual);
  out.p99 = usual[0];
  out.p95 = usual[1];
  out.p90 = usual[2];
  out.p50 = usual[3];
  for (std::size_t i = 0; i < fractions.size(); ++i) out.at[i] = times.percentile(fractions[i], out.max);
  return out;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double percentile(const ScanSum& sum, double fraction) {
  const std::uint64_t count = sum.measures.response_count;
  const auto found = sum.response.top_percentile(fraction, count, micros(sum.measures.response_max));
  return found ? static_cast<double>(found->count()) : count == 0 ? -2 : -1;
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
          .response_time = summarize(measures.response_count, measures.response_sum, measures.response_max,
                                     sum.response, fractions),
          .upstream_time = summarize(measures.upstream_count, measures.upstream_sum, measures.upstream_max,
                                     sum.upstream, fractions)};
}

double fraction_of(UsageOrder order) {
  switch (order) {
    case UsageOrder::kP50:
      return 0.50;
    case UsageOrder::kP90:
      return 0.90;
    case UsageOrder::kP95:
      return 0.95;
    case UsageOrder::kP99:
      return 0.99;
    default:
      return 0;
  }
}

ScanMeasures measures_of(UsageOrder order) {
  ScanMeasures needed{.errors = false,
                      .limited = false,
                      .other_classes = false,
                      .bytes = false,
                      .response_times = false,
                      .upstream_times = false};
  switch (order) {
    case UsageOrder::kRequests:
      break;
    case UsageOrder::kErrors:
    case UsageOrder::kErrorRate:
      needed.errors = true;
      break;
    case UsageOrder::kLimited:
      needed.limited = true;
      break;
    case UsageOrder::kBytes:
      needed.bytes = true;
      break;
    default:
      needed.response_times = true;
  }
  return needed;
}

bool needs_histogram(UsageOrder order) {
  return fraction_of(order) > 0;
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
      return ratio(measures.response_sum, measures.response_count);
    case UsageOrder::kP50:
    case UsageOrder::kP90:
    case UsageOrder::kP95:
    case UsageOrder::kP99:
      return percentile(sum, fraction_of(order));
    case UsageOrder::kMax:
      return static_cast<double>(measures.response_max);
  }
  return 0;
}

}  // namespace weir
