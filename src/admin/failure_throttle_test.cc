#include "admin/failure_throttle.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr Instant kStart{std::chrono::hours{1}};

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

TEST(FailureThrottle, TakesABurstAndThenOneEveryRefill) {
  FailureThrottle throttle({.source_burst = 3, .source_refill = Millis(2000)});
  const auto source = address("192.0.2.1");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(throttle.fail(source, kStart));
  EXPECT_EQ(throttle.fail(source, kStart), Seconds(2));
  EXPECT_EQ(throttle.wait_of(source, kStart), Seconds(2));
  EXPECT_FALSE(throttle.wait_of(source, kStart + Millis(2000)));
  EXPECT_FALSE(throttle.fail(source, kStart + Millis(2000)));
  EXPECT_TRUE(throttle.fail(source, kStart + Millis(2000)));
}

TEST(FailureThrottle, AWholeSixtyFourIsOneSourceOfIpv6AndAnIpv4AddressIsItsOwn) {
  FailureThrottle throttle({.source_burst = 1});
  EXPECT_FALSE(throttle.fail(address("2001:db8::1"), kStart));
  EXPECT_TRUE(throttle.fail(address("2001:db8::ffff:2"), kStart));
  EXPECT_FALSE(throttle.fail(address("2001:db8:0:1::1"), kStart));
  EXPECT_FALSE(throttle.fail(address("192.0.2.1"), kStart));
  EXPECT_FALSE(throttle.fail(address("192.0.2.2"), kStart));
}

TEST(FailureThrottle, ManySourcesTogetherAreSlowedToo) {
  FailureThrottle throttle({.overall_burst = 10, .overall_refill = Millis(100)});
  int let_through = 0;
  for (std::uint32_t i = 0; i < 50; ++i) let_through += throttle.fail(IpAddress::v4(i + 1), kStart) ? 0 : 1;
  EXPECT_EQ(let_through, 10);
  EXPECT_FALSE(throttle.wait_of(IpAddress::v4(1), kStart));  // a sign-in looks at its own source only
}

TEST(FailureThrottle, RemembersSoManySourcesAndForgetsTheOldest) {
  FailureThrottle throttle({.source_burst = 1, .overall_burst = 100, .sources_max = 2});
  EXPECT_FALSE(throttle.fail(IpAddress::v4(1), kStart));
  EXPECT_FALSE(throttle.fail(IpAddress::v4(2), kStart));
  EXPECT_TRUE(throttle.fail(IpAddress::v4(1), kStart));
  EXPECT_FALSE(throttle.fail(IpAddress::v4(3), kStart));
  EXPECT_FALSE(throttle.wait_of(IpAddress::v4(2), kStart));
  EXPECT_TRUE(throttle.wait_of(IpAddress::v4(1), kStart));
}

}  // namespace
}  // namespace weir
