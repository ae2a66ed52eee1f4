// The metrics of gateway, journals and pipeline in Prometheus' text format. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gateway/gateway.h"
#include "journal/journal.h"
#include "notify/notifier.h"
#include "pipeline/pipeline.h"

namespace weir {

/// What is measured, at one moment.
struct MetricsInput {
  GatewayStats gateway;
  std::vector<JournalStats> journals;  // summed over all
  PipelineStats pipeline;
  std::vector<std::string> window_names;  // of the configured windows, in order
  std::map<std::string, ChannelCounts> deliveries;
  FiringCounts firing{};
};

/// Families of their own names beside the admin API's; docs/operation.md lists them.
[[nodiscard]] std::string render_metrics(const MetricsInput& input);

}  // namespace weir
