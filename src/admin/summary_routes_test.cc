#include "admin/summary_routes.h"

#include "admin/admin_fixture.h"
#include "usage/rollup_accumulator.h"

namespace weir::test {
namespace {

/// Calls added up and committed as the pipeline does.
class SummaryRoutes : public AdminTest {
 protected:
  void add_calls(std::uint32_t key, std::uint32_t endpoint, std::uint16_t status, Micros took,
                 std::uint64_t count, Seconds before = Seconds(60), Outcome outcome = Outcome::kForwarded) {
    UsageRecord record;
    record.at = clock_.utc() - before;
    record.key = KeyId(key);
    record.method = Method::kGet;
    record.status = status;
    record.outcome = outcome;
    record.response_time = took;
    record.bytes_in = 1;
    record.bytes_out = 10;
    for (std::uint64_t i = 0; i < count; ++i) calls_.add(record, EndpointId(endpoint));
  }

  void commit() {
    const auto deltas = calls_.deltas();
    ASSERT_TRUE(store_->pipeline().commit(
        {.positions = {{0, {++position_}}}, .rollups = deltas, .now = clock_.utc()}));
    calls_.clear();
  }

  boost::json::object ask(const std::string& target) {
    const auto reply = call("GET", "/api/v1" + target);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.status == 200 ? reply.json.as_object() : boost::json::object();
  }

  static std::uint64_t number(const boost::json::value& object, std::string_view name) {
    return object.at(name).to_number<std::uint64_t>();
  }

  RollupAccumulator calls_;
  std::uint64_t position_ = 0;
};

TEST_F(SummaryRoutes, TotalsAreTheCallsAddedUp) {
  add_calls(1, 1, 200, Millis(10), 7);
  add_calls(1, 1, 503, Millis(1000), 2);
  add_calls(2, 2, 429, Millis(0), 1, Seconds(60), Outcome::kLimited);
  commit();
  const auto total = ask("/usage/summary").at("total");
  EXPECT_EQ(number(total, "requests"), 10U);
  EXPECT_EQ(number(total, "errors"), 2U);
  EXPECT_EQ(number(total, "client_errors"), 1U);
  EXPECT_EQ(number(total, "limited"), 1U);
  EXPECT_EQ(number(total, "refused"), 1U);
  EXPECT_EQ(number(total, "bytes"), 110U);
  EXPECT_DOUBLE_EQ(total.at("error_rate").as_double(), 0.2);
  EXPECT_DOUBLE_EQ(total.at("response_time").at("max").to_number<double>(), 1.0);
}

TEST_F(SummaryRoutes, TimesNobodyMeasuredAreNull) {
  add_calls(1, 1, 200, Micros(0), 7);
  commit();
  const auto answer = ask("/usage/summary");
  const auto& times = answer.at("total").at("response_time");
  EXPECT_EQ(number(times, "count"), 0U);
  for (const char* name : {"mean", "p50", "p99", "max"}) EXPECT_TRUE(times.at(name).is_null()) << name;
  add_calls(1, 1, 200, Millis(10), 1);
  commit();
  const auto measured = ask("/usage/summary").at("total");
  EXPECT_EQ(number(measured, "requests"), 8U);
  EXPECT_EQ(number(measured.at("response_time"), "count"), 1U);
  EXPECT_DOUBLE_EQ(measured.at("response_time").at("mean").to_number<double>(), 0.01);
  const auto quantiles = ask("/usage/percentiles?q=0.5").at("total");
  EXPECT_TRUE(quantiles.at("upstream_time").at(0).at("seconds").is_null());
}

TEST_F(SummaryRoutes, TopIsTheFirstEndpoints) {
  add_calls(1, 1, 200, Millis(10), 7);
  add_calls(1, 2, 200, Millis(900), 3);
  commit();
  const auto top = ask("/usage/top");
  EXPECT_EQ(top.at("group_by").as_string(), "endpoint");
  EXPECT_EQ(top.at("items").at(0).at("name").as_string(), "/items/{id}");
  const auto slow = ask("/usage/top?order=p95&limit=1");
  EXPECT_EQ(slow.at("items").as_array().size(), 1U);
  EXPECT_EQ(slow.at("items").at(0).at("name").as_string(), "/slow");
  EXPECT_EQ(number(slow, "groups"), 2U);
}

TEST_F(SummaryRoutes, TheTimeBeforeIsComparedWith) {
  add_calls(1, 1, 200, Millis(10), 10);
  add_calls(1, 1, 200, Millis(10), 8, Seconds(30 * 3600));
  commit();
  const auto answer = ask("/usage/summary?compare=previous");
  EXPECT_EQ(number(answer.at("total"), "requests"), 10U);
  EXPECT_EQ(number(answer.at("before").at("total"), "requests"), 8U);
  EXPECT_DOUBLE_EQ(answer.at("change").at("requests").as_double(), 0.25);
  EXPECT_TRUE(answer.at("change").at("errors").is_null());
}

TEST_F(SummaryRoutes, ASeriesHasAPointForEveryStep) {
  add_calls(1, 1, 200, Millis(10), 4, Seconds(3600));
  add_calls(1, 1, 200, Millis(10), 5, Seconds(7200));
  commit();
  const auto answer = ask("/usage/timeseries?step=1h&from=-6h");
  const auto& points = answer.at("items").at(0).at("points").as_array();
  std::uint64_t sum = 0;
  for (const auto& point : points) sum += number(point, "requests");
  EXPECT_EQ(sum, 9U);
  EXPECT_EQ(points.size(), 6U);
  EXPECT_EQ(number(answer, "step_seconds"), 3600U);
}

TEST_F(SummaryRoutes, AnyPercentileCanBeAsked) {
  for (int i = 1; i <= 100; ++i) add_calls(1, 1, 200, Millis(i), 1);
  commit();
  const auto answer = ask("/usage/percentiles?q=0,0.25,0.999&group_by=key");
  for (const auto& holder : {answer.at("total"), answer.at("items").at(0)}) {
    const auto& found = holder.at("response_time").as_array();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_NEAR(found[0].at("seconds").to_number<double>(), 0.001, 0.00001);
    EXPECT_NEAR(found[1].at("seconds").to_number<double>(), 0.025, 0.00025);
    EXPECT_NEAR(found[2].at("seconds").to_number<double>(), 0.1, 0.001);
  }
  for (const auto* wrong : {"2", "-0.1", "0.5,", "x", "nan", "0.5;0.9"})
    EXPECT_EQ(call("GET", std::string("/api/v1/usage/percentiles?q=") + wrong).status, 422) << wrong;
}

TEST_F(SummaryRoutes, AReportHasEveryFormat) {
  const auto key = make_key();
  add_calls(key.id, 1, 200, Millis(10), 40);
  add_calls(key.id, 2, 500, Millis(700), 9);
  add_calls(key.id, 1, 429, Millis(0), 3, Seconds(60), Outcome::kLimited);
  commit();
  const auto report = ask("/report?from=-1d");
  EXPECT_EQ(number(report.at("total"), "requests"), 52U);
  EXPECT_EQ(report.at("slowest_endpoints").at(0).at("name").as_string(), "/slow");
  EXPECT_EQ(report.at("failing_endpoints").as_array().size(), 1U);
  EXPECT_EQ(number(report.at("limited_keys").at(0), "limited"), 3U);
  EXPECT_EQ(report.at("error_statuses").as_array().size(), 2U);
  const auto csv = call("GET", "/api/v1/report?from=-1d&format=csv");
  EXPECT_EQ(csv.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_NE(csv.body.find("\r\nfailing_endpoints,2,/slow,9,9,0,1.000000,"), std::string::npos) << csv.body;
  const auto page = call("GET", "/api/v1/report?from=-1d&format=html");
  EXPECT_TRUE(page.body.starts_with("<!DOCTYPE html>"));
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_EQ(page.body.find("http"), std::string::npos) << "nothing is loaded from anywhere";
}

TEST_F(SummaryRoutes, UnusedAndExpiringKeysAreTold) {
  const auto unused = make_key();
  const auto expiring = make_key(R"(,"expires_in_seconds":864000)");
  make_key(R"(,"is_active":false)");
  clock_.advance(std::chrono::hours(48));
  const auto report = ask("/report?from=-1d");
  EXPECT_EQ(number(report.at("unused_keys"), "count"), 2U);
  EXPECT_EQ(number(report.at("unused_keys").at("items").at(0), "id"), unused.id);
  EXPECT_EQ(number(report.at("expiring_keys"), "count"), 1U);
  EXPECT_EQ(number(report.at("expiring_keys").at("items").at(0), "id"), expiring.id);
}

TEST_F(SummaryRoutes, NoNameOfAKeyIsMarkup) {
  const auto reply =
      call("POST", "/api/v1/keys", R"({"name":"<script>alert(1)</script>","user":"\"><img src=x>"})");
  ASSERT_EQ(reply.status, 201) << reply.body;
  add_calls(reply.json.at("id").to_number<std::uint32_t>(), 1, 200, Millis(1), 5);
  commit();
  const auto page = call("GET", "/api/v1/report?format=html");
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_NE(page.body.find("&lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
}

TEST_F(SummaryRoutes, WrongParametersAreNamed) {
  for (const auto* target :
       {"/usage/summary?order=x", "/usage/top?limit=0", "/usage/timeseries?step=1s",
        "/usage/timeseries?step=1m&from=-60d", "/report?format=pdf", "/report?order=max"}) {
    EXPECT_EQ(call("GET", std::string("/api/v1") + target).status, 422) << target;
  }
}

}  // namespace
}  // namespace weir::test
