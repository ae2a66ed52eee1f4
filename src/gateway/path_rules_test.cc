#include "gateway/path_rules.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(DotSegments, AreFoundHoweverTheyAreSpelt) {
  for (const char* path :
       {"/..", "/.", "/a/../b", "/a/./b", "/a/..", "/%2e%2e/b", "/.%2E/b", "/a/%2e", "/a%2f..%2fb",
        "/a\\..\\b", "/a%5c..%5Cb", "/..;x=1/b", "/%2e%2e%3bx/b", "/%252e%252e/b", "/a/..%252fb"}) {
    EXPECT_TRUE(has_dot_segment(path)) << path;
  }
}

TEST(DotSegments, OrdinaryPathsHaveNone) {
  for (const char* path : {"/", "/a/b.c", "/.well-known/x", "/a..b", "/...", "/..a", "/%20a", "/a;b/c", "/%",
                           "/%2", "/a%2Fb", "/%252fa", "*"}) {
    EXPECT_FALSE(has_dot_segment(path)) << path;
  }
}

}  // namespace
}  // namespace weir
