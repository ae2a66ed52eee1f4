#include "base/joined.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Joined, PutsTheTextBetween) {
  EXPECT_EQ(joined(std::vector<std::string>{"a", "", "c"}, ", "), "a, , c");
  EXPECT_EQ(joined(std::vector<std::string_view>{"a"}, ", "), "a");
  EXPECT_EQ(joined(std::vector<std::string>{}, ", "), "");
}

}  // namespace
}  // namespace weir
