#include "app/metrics.h"

#include <algorithm>
#include <array>

#include "admin/metric_families.h"

namespace weir {
namespace {

using Families = std::vector<prometheus::MetricFamily>;

void add_counter(Families& out, const char* name, const char* help, std::uint64_t value) {
  out.push_back(counter_family(name, help, {{{}, static_cast<double>(value)}}));
}

void add_gauge(Families& out, const char* name, const char* help, double value) {
  out.push_back(gauge_family(name, help, {{{}, value}}));
}

void add_gateway(Families& out, const GatewayStats& stats, const std::vector<std::string>& window_names) {
  std::vector<MetricSample> requests;
  for (std::size_t i = 0; i < stats.outcomes.size(); ++i) {
    requests.push_back({{{"outcome", std::string(to_string(static_cast<Outcome>(i)))}},
                        static_cast<double>(stats.outcomes[i])});
  }
  out.push_back(
      counter_family("weir_requests_total", "Requests, by what became of them.", std::move(requests)));
  std::vector<HistogramSample> durations;
  for (const RouteDurations& of : stats.durations)
    durations.push_back({{{"route", of.route}}, kDurationBounds, of.counts, of.sum_seconds});
  out.push_back(histogram_family("weir_http_request_duration_seconds",
                                 "Time from a request's head to the end of its answer, by route.",
                                 durations));
  std::vector<MetricSample> rejections;
  for (std::size_t i = 0; i < std::min(window_names.size(), stats.rejections_by_window.size()); ++i) {
    rejections.push_back({{{"window", window_names[i]}}, static_cast<double>(stats.rejections_by_window[i])});
  }
  out.push_back(counter_family("weir_limit_rejections_total", "Requests refused over a limit, by window.",
                               std::move(rejections)));
  add_counter(out, "weir_limit_shadow_total", "Requests over a limit, let through in shadow mode.",
              stats.shadow_limited);
  add_gauge(out, "weir_connections", "Open connections of clients.",
            static_cast<double>(stats.open_connections));
  add_counter(out, "weir_connections_refused_total", "Connections refused over gateway.bounds.connections.",
              stats.connections_refused);
  add_gauge(out, "weir_tunnels", "Open tunnels (WebSocket).", static_cast<double>(stats.open_tunnels));
  out.push_back(counter_family("weir_tunnel_bytes_total", "Bytes carried in tunnels, from and to clients.",
                               {{{{"direction", "in"}}, static_cast<double>(stats.tunnel_bytes_in)},
                                {{{"direction", "out"}}, static_cast<double>(stats.tunnel_bytes_out)}}));
  add_counter(out, "weir_upstream_connects_total", "Connections opened to upstreams.",
              stats.upstream_connects);
  add_counter(out, "weir_upstream_failures_total", "Upstream requests that failed.", stats.upstream_failures);
  add_gauge(out, "weir_draining", "1 while the gateway ends its last requests.", stats.draining ? 1 : 0);
}

void add_journals(Families& out, const std::vector<JournalStats>& journals) {
  JournalStats sum;
  for (const auto& journal : journals) {
    sum.appended_records += journal.appended_records;
    sum.appended_bytes += journal.appended_bytes;
    sum.dropped_records += journal.dropped_records;
    sum.unread_bytes += journal.unread_bytes;
    sum.lost_bytes += journal.lost_bytes;
  }
  add_counter(out, "weir_journal_records_total", "Records appended to the journals.", sum.appended_records);
  add_counter(out, "weir_journal_bytes_total", "Bytes appended to the journals.", sum.appended_bytes);
  add_counter(out, "weir_journal_dropped_records_total",
              "Records lost because the journal was at its bound or the disk was full.", sum.dropped_records);
  add_counter(out, "weir_journal_lost_bytes_total", "Bytes found damaged or missing when read back.",
              sum.lost_bytes);
  add_gauge(out, "weir_journal_unread_bytes", "Bytes in the journals not yet stored.",
            static_cast<double>(sum.unread_bytes));
}

void add_deliveries(Families& out, const std::map<std::string, ChannelCounts>& channels) {
  std::vector<MetricSample> samples;
  for (const auto& [channel, counts] : channels) {
    for (const auto& [result, value] : {std::pair("delivered", counts.delivered),
                                        std::pair("failed", counts.failed), std::pair("dead", counts.dead)}) {
      samples.push_back({{{"channel", channel}, {"result", result}}, static_cast<double>(value)});
    }
  }
  out.push_back(counter_family(
      "weir_deliveries_total",
      "Attempts to deliver messages, by channel: failed ones are followed by another.", std::move(samples)));
}

void add_alerts(Families& out, const FiringCounts& firing) {
  constexpr std::array<const char*, 2> kSeverities = {"warning", "critical"};
  std::vector<MetricSample> samples;
  for (std::size_t i = 0; i < firing.size(); ++i) {
    for (std::size_t k = 0; k < kSeverities.size(); ++k) {
      samples.push_back(
          {{{"type", std::string(to_string(static_cast<AlertType>(i)))}, {"severity", kSeverities[k]}},
           static_cast<double>(firing[i][k])});
    }
  }
  out.push_back(gauge_family("weir_alerts_firing", "Alerts that are not resolved.", std::move(samples)));
}

}  // namespace

std::string render_metrics(const MetricsInput& input) {
  Families families;
  add_gateway(families, input.gateway, input.window_names);
  add_journals(families, input.journals);
  add_counter(families, "weir_pipeline_records_total", "Records stored in the call log.",
              input.pipeline.stored_records);
  add_counter(families, "weir_pipeline_failed_batches_total",
              "Batches the store refused; they are tried again.", input.pipeline.failed_batches);
  add_gauge(families, "weir_endpoints", "Names of endpoints there are.",
            static_cast<double>(input.pipeline.endpoints));
  add_counter(families, "weir_endpoints_crowded_out_total",
              "Calls counted as (other) because usage.max_endpoints names are there.",
              input.pipeline.crowded_out);
  add_gauge(families, "weir_pipeline_lag_seconds", "Age of the oldest record not yet stored.",
            input.pipeline.lag_seconds);
  add_deliveries(families, input.deliveries);
  add_alerts(families, input.firing);
  return to_metrics_text(families);
}

}  // namespace weir
