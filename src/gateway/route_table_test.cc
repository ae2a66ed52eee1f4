#include "gateway/route_table.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

net::UpstreamAddress upstream(std::uint16_t port) {
  net::UpstreamAddress address;
  address.host = "127.0.0.1";
  address.port = port;
  return address;
}

const Instant kNow{std::chrono::hours{1}};

TEST(RouteTable, TheLongestPrefixWins) {
  GatewaySettings settings;
  settings.routes = {{.path = "/", .upstreams = {upstream(1)}},
                     {.path = "/v1/reports", .upstreams = {upstream(3)}, .cost = 5},
                     {.path = "/v1", .upstreams = {upstream(2)}}};
  RouteTable table(settings);
  EXPECT_EQ(table.find("/v1/reports/7")->cost(), 5U);
  EXPECT_EQ(table.find("/v1/reportsx")->path(), "/v1");
  EXPECT_EQ(table.find("/v2")->path(), "/");
  EXPECT_EQ(table.find("*")->path(), "/");
}

TEST(RouteTable, WithoutARouteForAllAPathMayHaveNone) {
  GatewaySettings settings;
  settings.routes = {{.path = "/v1", .upstreams = {upstream(1)}}};
  RouteTable table(settings);
  EXPECT_EQ(table.find("/other"), nullptr);
}

TEST(Route, TakesUpstreamsInTurn) {
  Route route({.upstreams = {upstream(1), upstream(2)}}, {});
  const auto first = route.next_upstream(kNow).address().port;
  const auto second = route.next_upstream(kNow).address().port;
  EXPECT_NE(first, second);
  EXPECT_EQ(route.next_upstream(kNow).address().port, first);
}

TEST(Route, PassesOverAnUpstreamThatIsDownUntilItsPauseEnds) {
  Route route({.upstreams = {upstream(1), upstream(2)}}, {});
  Upstream& failing = route.next_upstream(kNow);
  failing.failed(kNow);
  for (int i = 0; i < 4; ++i) EXPECT_NE(&route.next_upstream(kNow), &failing);
  const Instant later = kNow + Upstream::kDownFirst;
  bool tried = false;
  for (int i = 0; i < 2; ++i) tried = tried || &route.next_upstream(later) == &failing;
  EXPECT_TRUE(tried);
}

TEST(Route, TriesEvenDownUpstreamsWhenAllAre) {
  Route route({.upstreams = {upstream(1)}}, {});
  route.next_upstream(kNow).failed(kNow);
  EXPECT_EQ(route.next_upstream(kNow).address().port, 1);
}

}  // namespace
}  // namespace weir
