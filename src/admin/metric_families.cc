#include "admin/metric_families.h"

#include <limits>

#include <prometheus/text_serializer.h>

namespace weir {
namespace {

prometheus::ClientMetric metric_with(const MetricLabels& labels) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : labels) metric.label.push_back({name, value});
  return metric;
}

prometheus::MetricFamily family_of(std::string name, std::string help, prometheus::MetricType type) {
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

}  // namespace

prometheus::MetricFamily counter_family(std::string name, std::string help,
                                        std::vector<MetricSample> samples) {
  auto family = family_of(std::move(name), std::move(help), prometheus::MetricType::Counter);
  for (const auto& sample : samples) {
    family.metric.push_back(metric_with(sample.labels));
    family.metric.back().counter.value = sample.value;
  }
  return family;
}

prometheus::MetricFamily gauge_family(std::string name, std::string help, std::vector<MetricSample> samples) {
  auto family = family_of(std::move(name), std::move(help), prometheus::MetricType::Gauge);
  for (const auto& sample : samples) {
    family.metric.push_back(metric_with(sample.labels));
    family.metric.back().gauge.value = sample.value;
  }
  return family;
}

prometheus::MetricFamily histogram_family(std::string name, std::string help,
                                          const std::vector<HistogramSample>& samples) {
  auto family = family_of(std::move(name), std::move(help), prometheus::MetricType::Histogram);
  for (const auto& sample : samples) {
    family.metric.push_back(metric_with(sample.labels));
    auto& histogram = family.metric.back().histogram;
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < sample.counts.size(); ++i) {
      cumulative += sample.counts[i];
      const double bound =
          i < sample.bounds.size() ? sample.bounds[i] : std::numeric_limits<double>::infinity();
      histogram.bucket.push_back({cumulative, bound});
    }
    histogram.sample_count = cumulative;
    histogram.sample_sum = sample.sum;
  }
  return family;
}

std::string to_metrics_text(const std::vector<prometheus::MetricFamily>& families) {
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace weir
