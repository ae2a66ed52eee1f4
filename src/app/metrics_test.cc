#include "app/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, CountRequestsByOutcome) {
  MetricsInput input;
  input.gateway.outcomes[static_cast<std::size_t>(Outcome::kMissingKey)] = 3;
  EXPECT_THAT(render_metrics(input), HasSubstr("weir_requests_total{outcome=\"missing_key\"} 3\n"));
}

TEST(Metrics, TheDurationHistogramIsCumulative) {
  MetricsInput input;
  RouteDurations& durations = input.gateway.durations.emplace_back();
  durations.route = "/api";
  durations.counts[0] = 2;
  durations.counts[1] = 1;
  const std::string text = render_metrics(input);
  EXPECT_THAT(text, HasSubstr("weir_http_request_duration_seconds_bucket{route=\"/api\",le=\"0.005\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("weir_http_request_duration_seconds_bucket{route=\"/api\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("weir_http_request_duration_seconds_count{route=\"/api\"} 3\n"));
}

TEST(Metrics, RejectionsAreByTheWindowsThatAreConfigured) {
  MetricsInput input;
  input.window_names = {"minute", "hour"};
  input.gateway.rejections_by_window = {5, 1, 9};
  const std::string text = render_metrics(input);
  EXPECT_THAT(text, HasSubstr("weir_limit_rejections_total{window=\"minute\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("weir_limit_rejections_total{window=\"hour\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("} 9\n")));
}

TEST(Metrics, TunnelsAndTheirBytesAreCountedByDirection) {
  MetricsInput input;
  input.gateway.open_tunnels = 2;
  input.gateway.tunnel_bytes_in = 10;
  input.gateway.tunnel_bytes_out = 30;
  const std::string text = render_metrics(input);
  EXPECT_THAT(text, HasSubstr("weir_tunnels 2\n"));
  EXPECT_THAT(text, HasSubstr("weir_tunnel_bytes_total{direction=\"in\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("weir_tunnel_bytes_total{direction=\"out\"} 30\n"));
}

TEST(Metrics, CallsThatFoundNoRoomForTheirEndpointAreCounted) {
  MetricsInput input;
  input.pipeline.endpoints = 1000;
  input.pipeline.crowded_out = 7;
  EXPECT_THAT(render_metrics(input), HasSubstr("weir_endpoints 1000\n"));
  EXPECT_THAT(render_metrics(input), HasSubstr("weir_endpoints_crowded_out_total 7\n"));
}

TEST(Metrics, JournalsAreSummed) {
  MetricsInput input;
  input.journals.resize(2);
  input.journals[0].dropped_records = 2;
  input.journals[1].dropped_records = 3;
  EXPECT_THAT(render_metrics(input), HasSubstr("weir_journal_dropped_records_total 5\n"));
}

}  // namespace
}  // namespace weir
