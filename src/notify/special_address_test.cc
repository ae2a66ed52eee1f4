#include "notify/special_address.h"

#include <gtest/gtest.h>

#include "notify/target_url.h"

namespace weir {
namespace {

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress{});
}

TEST(SpecialAddress, KnowsTheFirstAndTheLastOfEveryRange) {
  struct Row {
    const char* first;
    const char* last;
    const char* name;
  };
  const Row rows[] = {
      {"0.0.0.0", "0.255.255.255", "this network"},
      {"10.0.0.0", "10.255.255.255", "private"},
      {"100.64.0.0", "100.127.255.255", "shared (carrier-grade NAT)"},
      {"100.100.100.200", "100.100.100.200", "shared (carrier-grade NAT)"},  // a cloud's metadata
      {"127.0.0.0", "127.255.255.255", "loopback"},
      {"168.63.129.16", "168.63.129.16", "cloud metadata"},
      {"169.254.0.0", "169.254.255.255", "link-local"},
      {"169.254.169.254", "169.254.170.2", "link-local"},  // metadata of most clouds
      {"172.16.0.0", "172.31.255.255", "private"},
      {"192.0.0.0", "192.0.0.255", "IETF protocol assignments"},
      {"192.0.2.0", "192.0.2.255", "documentation"},
      {"192.88.99.0", "192.88.99.255", "6to4 relay"},
      {"192.168.0.0", "192.168.255.255", "private"},
      {"198.18.0.0", "198.19.255.255", "benchmarking"},
      {"198.51.100.0", "198.51.100.255", "documentation"},
      {"203.0.113.0", "203.0.113.255", "documentation"},
      {"224.0.0.0", "239.255.255.255", "multicast"},
      {"240.0.0.0", "255.255.255.255", "reserved"},
      {"::", "::", "unspecified"},
      {"::1", "::1", "loopback"},
      {"::2", "::ffff:ffff", "IPv4-compatible"},
      {"::ffff:127.0.0.1", "::ffff:127.0.0.1", "loopback"},
      {"::ffff:0:1.2.3.4", "::ffff:0:255.255.255.255", "IPv4-translated"},
      {"64:ff9b::", "64:ff9b::ffff:ffff", "NAT64"},
      {"64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "NAT64"},
      {"100::", "100::ffff:ffff:ffff:ffff", "discard"},
      {"2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "Teredo"},
      {"2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "IETF protocol assignments"},
      {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"},
      {"2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "6to4"},
      {"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"},
      {"5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "segment routing"},
      {"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unique local"},
      {"fd00:ec2::254", "fd00:ec2::254", "unique local"},  // a cloud's metadata
      {"fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local"},
      {"fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "site-local"},
      {"ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast"},
      {"4000::", "4000::1", "reserved"},
      {"1::1", "1::1", "reserved"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(special_range(address(row.first)), row.name) << row.first;
    EXPECT_EQ(special_range(address(row.last)), row.name) << row.last;
  }
}

TEST(SpecialAddress, TheNeighboursOfTheRangesArePublic) {
  for (const char* text : {"1.0.0.0",         "9.255.255.255",   "11.0.0.0",
                           "100.63.255.255",  "100.128.0.0",     "126.255.255.255",
                           "128.0.0.0",       "168.63.129.15",   "168.63.129.17",
                           "169.253.255.255", "169.255.0.0",     "172.15.255.255",
                           "172.32.0.0",      "192.0.1.0",       "192.0.3.0",
                           "192.167.255.255", "192.169.0.0",     "198.17.255.255",
                           "198.20.0.0",      "223.255.255.255", "8.8.8.8",
                           "2000::1",         "2001:200::1",     "2001:db7::1",
                           "2001:db9::1",     "2003::1",         "2606:4700:4700::1111",
                           "3ffe::1",         "3fff:1000::1"}) {
    EXPECT_EQ(special_range(address(text)), "") << text;
  }
}

TEST(TargetUrl, TakesPublicNamesAndAddresses) {
  for (const char* url : {"https://hooks.example.com/x?y=z", "http://example.com:8080",
                          "HTTPS://EXAMPLE.COM/", "https://example.com.", "https://93.184.215.14/",
                          "https://[2606:4700::1111]:443/a", "https://a_b.example-1.com/%20#f"}) {
    const auto result = check_target_url(url, false);
    EXPECT_TRUE(result) << url << ": " << result.error().detail;
  }
}

TEST(TargetUrl, RefusesSpecialAddressesUnlessAllowed) {
  for (const char* url : {"http://127.0.0.1/", "http://127.0.0.1./", "https://10.1.2.3",
                          "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://[fd00::1]:80/",
                          "http://[fe80::1]/", "http://localhost/", "http://LocalHost.:80/",
                          "http://api.localhost", "http://[2002:7f00:1::]/", "http://[64:ff9b::7f00:1]/"}) {
    EXPECT_FALSE(check_target_url(url, false)) << url;
    EXPECT_TRUE(check_target_url(url, true)) << url;
  }
}

TEST(TargetUrl, RefusesOddSpellingsWhateverIsAllowed) {
  for (const char* url : {"http://2130706433/",
                          "http://0x7f000001/",
                          "http://0X7F.1/",
                          "http://0177.0.0.1/",
                          "http://127.1/",
                          "http://127.0.0.0x1/",
                          "http://1.2.3.4.5/",
                          "http://256.1.1.1/",
                          "http://example.0x/",
                          "http://[::ffff:127.0.0.1]/",
                          "http://[::ffff:8.8.8.8]/",
                          "http://[fe80::1%25eth0]/",
                          "http://[fe80::1%eth0]/",
                          "http://user@example.com/",
                          "http://user:word@example.com/",
                          "http://example.com@127.0.0.1/",
                          "http://example.com\\@evil.test/",
                          "http://example..com/",
                          "http://.example.com/",
                          "http://example.com../",
                          "http://",
                          "http:///path",
                          "http://:80/",
                          "ftp://example.com/",
                          "file:///etc/passwd",
                          "gopher://example.com/",
                          "example.com",
                          "//example.com/",
                          "http://example.com:0/",
                          "http://example.com:65536/",
                          "http://example.com:/",
                          "http://example.com:80x/",
                          "http://exa mple.com/",
                          "http://example.com/\r\nX: y",
                          "http://b\xC3\xBC"
                          "cher.example/",
                          "http://[::1/",
                          "http://[::1]x/",
                          "http://[1.2.3.4]/",
                          "http://ex%61mple.com/",
                          "http://\xE2\x91\xA0.example/"}) {
    EXPECT_FALSE(check_target_url(url, true)) << url;
    EXPECT_FALSE(check_target_url(url, false)) << url;
  }
  EXPECT_FALSE(check_target_url("https://example.com/" + std::string(2048, 'a'), true));
}

TEST(TargetUrl, NeverQuotesTheUrl) {
  const auto result = check_target_url("http://user:hunter2@example.com/secret", false);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().detail.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace weir
