#include "app/suggest.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

const std::vector<std::string> kWords = {"listen", "upstream", "upstreams", "routes", "trusted_proxies"};

TEST(Suggest, FindsAWordOneSlipAway) {
  EXPECT_EQ(nearest_word("lisetn", kWords), "listen");
  EXPECT_EQ(nearest_word("upsteam", kWords), "upstream");
  EXPECT_EQ(nearest_word("trusted-proxies", kWords), "trusted_proxies");
}

TEST(Suggest, StaysSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest_word("colour", kWords), "");
  EXPECT_EQ(nearest_word("", kWords), "");
}

}  // namespace
}  // namespace weir
