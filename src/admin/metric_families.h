// Builds Prometheus metric families on demand and writes them as text: no registry, the numbers stay where
// they are counted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

namespace weir {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// One value of a counter or a gauge.
struct MetricSample {
  MetricLabels labels;
  double value = 0;
};

/// One histogram. `counts[i]`: observations in bucket i alone, not cumulative; one more than `bounds`, the
/// last for those above every bound.
struct HistogramSample {
  MetricLabels labels;
  std::span<const double> bounds;
  std::span<const std::uint64_t> counts;
  double sum = 0;
};

/// A counter of one value without labels: `counter_family("weir_x_total", "Help.", {{{}, 3.0}})`.
[[nodiscard]] prometheus::MetricFamily counter_family(std::string name, std::string help,
                                                      std::vector<MetricSample> samples);
[[nodiscard]] prometheus::MetricFamily gauge_family(std::string name, std::string help,
                                                    std::vector<MetricSample> samples);
[[nodiscard]] prometheus::MetricFamily histogram_family(std::string name, std::string help,
                                                        const std::vector<HistogramSample>& samples);

/// The text exposition format, version 0.0.4.
[[nodiscard]] std::string to_metrics_text(const std::vector<prometheus::MetricFamily>& families);

}  // namespace weir
