#include "base/path_prefix.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Prefixes, MatchWholeSegments) {
  EXPECT_TRUE(matches_prefix("/v1", "/v1"));
  EXPECT_TRUE(matches_prefix("/v1/x", "/v1"));
  EXPECT_FALSE(matches_prefix("/v10", "/v1"));
  EXPECT_TRUE(matches_prefix("/anything", "/"));
  EXPECT_TRUE(matches_prefix("/v1/", "/v1/"));
  EXPECT_FALSE(matches_prefix("/v1", "/v1/"));
}

TEST(Prefixes, TheRouteForEverythingAnswersForTheServerItself) {
  EXPECT_TRUE(matches_route("*", "/"));
  EXPECT_FALSE(matches_route("*", "/v1"));
  EXPECT_TRUE(matches_route("/v1/x", "/v1"));
}

}  // namespace
}  // namespace weir
