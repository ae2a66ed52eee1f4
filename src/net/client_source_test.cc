#include "net/client_source.h"

#include <gtest/gtest.h>

namespace weir::net {
namespace {

const std::vector<IpNetwork> kTrusted = {IpNetwork::parse("10.0.0.0/8").value()};

std::string source_of(const char* peer, const char* forwarded_for) {
  return client_source(IpAddress::parse(peer).value(), forwarded_for, kTrusted).to_string();
}

TEST(ClientSource, IsTheRightmostAddressThatIsNoTrustedProxy) {
  EXPECT_EQ(source_of("10.0.0.1", "203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(source_of("10.0.0.1", "198.51.100.1, 203.0.113.9 , 10.0.0.2"), "203.0.113.9");
}

TEST(ClientSource, WhatTheClientMadeUpInFrontDoesNotCount) {
  EXPECT_EQ(source_of("10.0.0.1", "10.0.0.99, 203.0.113.9"), "203.0.113.9");
}

TEST(ClientSource, IsThePeerWhenTheHeaderSaysNothing) {
  EXPECT_EQ(source_of("10.0.0.1", ""), "10.0.0.1");
  EXPECT_EQ(source_of("10.0.0.1", "unknown"), "10.0.0.1");
  EXPECT_EQ(source_of("10.0.0.1", "203.0.113.9, unknown"), "10.0.0.1");
}

TEST(ClientSource, ReadsPortsAndBrackets) {
  EXPECT_EQ(source_of("10.0.0.1", "203.0.113.9:4711"), "203.0.113.9");
  EXPECT_EQ(source_of("10.0.0.1", "[2001:db8::7]:4711"), "2001:db8::7");
  EXPECT_EQ(source_of("10.0.0.1", "2001:db8::7"), "2001:db8::7");
}

TEST(TrustedProxy, IsInATrustedNetworkOrBehindAUnixSocket) {
  EXPECT_TRUE(is_trusted_proxy(IpAddress::parse("10.1.2.3").value(), false, kTrusted));
  EXPECT_FALSE(is_trusted_proxy(IpAddress::parse("192.0.2.1").value(), false, kTrusted));
  EXPECT_TRUE(is_trusted_proxy({}, true, {}));
}

}  // namespace
}  // namespace weir::net
