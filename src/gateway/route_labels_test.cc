#include "gateway/route_labels.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(RouteLabels, ARouteKeepsItsNumber) {
  RouteLabels labels;
  const RouteLabel api = labels.number("/api");
  EXPECT_NE(api, kNoRouteLabel);
  EXPECT_NE(labels.number("/"), api);
  EXPECT_EQ(labels.number("/api"), api);
  EXPECT_EQ(labels.names(), (std::vector<std::string>{"none", "/api", "/"}));
}

TEST(RouteLabels, RoutesBeyondTheBoundShareOne) {
  RouteLabels labels;
  for (int i = 0; i < 200; ++i) EXPECT_LE(labels.number("/r" + std::to_string(i)), kOtherRouteLabel);
  EXPECT_EQ(labels.number("/r199"), kOtherRouteLabel);
  EXPECT_EQ(labels.number("/r3"), 4);
  EXPECT_EQ(labels.names().size(), kRouteLabelsMax - 1);
}

}  // namespace
}  // namespace weir
