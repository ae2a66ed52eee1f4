#include "base/ip_address.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  for (const char* text : {"192.0.2.1", "2001:db8::1", "::1", "255.255.255.255"}) {
    EXPECT_EQ(IpAddress::parse(text).value().to_string(), text);
  }
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1").value(), IpAddress::parse("192.0.2.1").value());
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "localhost", "1.2.3.4:80", "fe80::1%eth0", "[::1]"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("192.0.2.1\0", 10)));
}

TEST(IpNetwork, ContainsExactlyItsAddresses) {
  const auto network = IpNetwork::parse("10.1.0.0/16").value();
  EXPECT_TRUE(network.contains(IpAddress::parse("10.1.255.255").value()));
  EXPECT_FALSE(network.contains(IpAddress::parse("10.2.0.0").value()));
  EXPECT_FALSE(network.contains(IpAddress::parse("2001:db8::1").value()));
  EXPECT_TRUE(IpNetwork::parse("0.0.0.0/0").value().contains(IpAddress::parse("8.8.8.8").value()));
  EXPECT_TRUE(
      IpNetwork::parse("2001:db8::/33").value().contains(IpAddress::parse("2001:db8:7fff::").value()));
  EXPECT_FALSE(
      IpNetwork::parse("2001:db8::/33").value().contains(IpAddress::parse("2001:db8:8000::").value()));
}

TEST(IpNetwork, RefusesHostBitsAndSaysWhatWasMeant) {
  const auto network = IpNetwork::parse("10.1.2.3/16");
  ASSERT_FALSE(network);
  EXPECT_NE(network.error().detail.find("10.1.0.0/16"), std::string::npos);
  EXPECT_FALSE(IpNetwork::parse("10.0.0.0/33"));
  EXPECT_FALSE(IpNetwork::parse("10.0.0.0/"));
}

}  // namespace
}  // namespace weir
