#include "limits/route_costs.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(RouteCosts, AreThoseOfTheLongestPrefixThatMatches) {
  const RouteCosts costs({{"/", 2}, {"/v1/reports", 5}, {"/v1", 0}});
  EXPECT_TRUE(costs.depend_on_path());
  EXPECT_EQ(costs.of("/v1/reports/7"), 5U);
  EXPECT_EQ(costs.of("/v1/reportsx"), 0U);
  EXPECT_EQ(costs.of("/v2"), 2U);
  EXPECT_EQ(costs.of("*"), 2U);
}

TEST(RouteCosts, AreOneWhereNoRouteTakesThePath) {
  EXPECT_EQ(RouteCosts({{"/v1", 7}}).of("/gone"), 1U);
  EXPECT_EQ(RouteCosts().of("/anything"), 1U);
}

TEST(RouteCosts, DependOnNoPathWhenEveryRouteCostsOne) {
  EXPECT_FALSE(RouteCosts({{"/", 1}, {"/v1", 1}}).depend_on_path());
  EXPECT_FALSE(RouteCosts().depend_on_path());
}

}  // namespace
}  // namespace weir
