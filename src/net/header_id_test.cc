#include "net/header_id.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::net {
namespace {

TEST(HeaderId, FindsKnownNamesInAnyLetterCase) {
  EXPECT_EQ(header_id("Host"), HeaderId::kHost);
  EXPECT_EQ(header_id("hOST"), HeaderId::kHost);
  EXPECT_EQ(header_id("content-length"), HeaderId::kContentLength);
  EXPECT_EQ(header_id("TRANSFER-ENCODING"), HeaderId::kTransferEncoding);
  EXPECT_EQ(header_id("X-API-Key"), HeaderId::kXApiKey);
  EXPECT_EQ(header_id("x-request-id"), HeaderId::kXRequestId);
  EXPECT_EQ(header_id("TE"), HeaderId::kTe);
}

TEST(HeaderId, DoesNotTakeASimilarNameForAKnownOne) {
  for (const char* name : {"", "Hos", "Hosts", "Hast", "Content-Lengt", "Content-Lengths", "Content-Langth",
                           "T", "TEE", "Proxies", "X", "X-", "X-Request-Idx", "XX-API-Key", "\x80\xFF"}) {
    EXPECT_EQ(header_id(name), HeaderId::kOther) << name;
  }
}

TEST(HeaderId, FindsFamiliesByPrefix) {
  EXPECT_EQ(header_id("X-Weir-User-Id"), HeaderId::kXWeir);
  EXPECT_EQ(header_id("x-weir-anything"), HeaderId::kXWeir);
  EXPECT_EQ(header_id("X-RateLimit-Minute-Limit"), HeaderId::kXRateLimit);
  EXPECT_EQ(header_id("X-Forwarded-For"), HeaderId::kXForwardedFor);
  EXPECT_EQ(header_id("X-Forwarded-Port"), HeaderId::kXForwardedOther);
  EXPECT_EQ(header_id("RateLimit-Policy"), HeaderId::kRateLimitPolicy);
  EXPECT_EQ(header_id("RateLimit-Reset"), HeaderId::kRateLimitOther);
  EXPECT_EQ(header_id("Proxy-Foo"), HeaderId::kProxyOther);
  EXPECT_EQ(header_id("Proxy"), HeaderId::kProxy);
}

TEST(HeaderId, MarksNamesThatACgiServerWouldConfuse) {
  EXPECT_EQ(header_id("Content_Length"), HeaderId::kAlias);
  EXPECT_EQ(header_id("x_weir_user_id"), HeaderId::kAlias);
  EXPECT_EQ(header_id("X-Weir_User-Id"), HeaderId::kAlias);
  EXPECT_EQ(header_id("X-Weir-User_Id"), HeaderId::kXWeir);
  EXPECT_EQ(header_id("X_Forwarded_Port"), HeaderId::kAlias);
  EXPECT_EQ(header_id("my_header"), HeaderId::kOther);
}

TEST(EqualsIgnoringCase, FoldsLettersOnly) {
  EXPECT_TRUE(equals_ignoring_case("Keep-Alive", "keep-ALIVE"));
  EXPECT_FALSE(equals_ignoring_case("keep_alive", "keep-alive"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
}

}  // namespace
}  // namespace weir::net
