#include "net/address.h"

#include <gtest/gtest.h>

namespace weir::net {
namespace {

TEST(ListenAddress, ReadsEachFormAndWritesItBack) {
  for (const char* text :
       {"0.0.0.0:8080", "[::]:8080", "[::1]:0", "127.0.0.1:0", "unix:/run/weir.sock", "fd:3"}) {
    const auto address = ListenAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
  }
}

TEST(ListenAddress, APortAloneListensOnEveryIpv4Address) {
  const auto address = ListenAddress::parse(":8080");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "0.0.0.0");
  EXPECT_EQ(address->port, 8080);
}

TEST(ListenAddress, KeepsIpv6WithoutBrackets) {
  const auto address = ListenAddress::parse("[::1]:80");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "::1");
}

TEST(ListenAddress, RefusesWhatIsNoAddressAndNamesIt) {
  for (const char* text : {"", "8080", "localhost:80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1",
                           "1.2.3:80", "1.2.3.4:8 ", "[::1]", "[::1]80", "[::1", "::1:80", "[1.2.3.4]:80",
                           "unix:", "fd:", "fd:-1", "fd:x", "[]:80"}) {
    const auto address = ListenAddress::parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalid);
    EXPECT_NE(address.error().detail.find(text), std::string::npos);
  }
  EXPECT_FALSE(ListenAddress::parse("unix:/" + std::string(107, 'x')));
}

TEST(UpstreamAddress, ReadsSchemeHostPortAndBasePath) {
  const auto plain = UpstreamAddress::parse("http://127.0.0.1:8000");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 8000);
  EXPECT_EQ(plain->base_path, "");
  EXPECT_EQ(plain->host_header(), "127.0.0.1:8000");

  const auto tls = UpstreamAddress::parse("https://api.example.com/v2/");
  ASSERT_TRUE(tls);
  EXPECT_TRUE(tls->tls);
  EXPECT_EQ(tls->port, 443);
  EXPECT_EQ(tls->base_path, "/v2");
  EXPECT_EQ(tls->host_header(), "api.example.com");
  EXPECT_EQ(tls->to_string(), "https://api.example.com/v2");
}

TEST(UpstreamAddress, ReadsIpv6AndUnixSockets) {
  const auto v6 = UpstreamAddress::parse("http://[::1]:8000/x");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->host_header(), "[::1]:8000");
  EXPECT_EQ(v6->to_string(), "http://[::1]:8000/x");

  const auto local = UpstreamAddress::parse("http+unix:///run/api.sock");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->unix_path, "/run/api.sock");
  EXPECT_EQ(local->host_header(), "localhost");
  EXPECT_EQ(local->to_string(), "http+unix:///run/api.sock");
}

TEST(UpstreamAddress, RefusesWhatItCannotConnectTo) {
  for (const char* url :
       {"", "127.0.0.1:8000", "ftp://host", "http://", "http:///x", "http://host:0", "http://host:65536",
        "http://host:x", "http://host/?q", "http://host/#f", "http://ho st/", "http://[::1",
        "http://[:::]:80", "http+unix://run/api.sock", "http+unix:///", "http://a\nb"}) {
    const auto address = UpstreamAddress::parse(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalid);
  }
}

TEST(UpstreamAddress, AnErrorDoesNotShowThePassword) {
  const auto address = UpstreamAddress::parse("http://user:hunter2@host/");
  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().detail.find("hunter2"), std::string::npos);
  EXPECT_NE(address.error().detail.find("host"), std::string::npos);
}

}  // namespace
}  // namespace weir::net
