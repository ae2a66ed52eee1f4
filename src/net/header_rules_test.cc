#include "net/header_rules.h"

#include <gtest/gtest.h>

namespace weir::net {
namespace {

Header field(std::string_view name, std::string_view value = "v") {
  return {name, value, header_id(name), false};
}

TEST(HeaderRules, PassesPlainFieldsBothWays) {
  for (const char* name :
       {"Accept", "Content-Type", "Cookie", "Authorization", "Range", "X-Custom", "Date", "Trailer"}) {
    EXPECT_TRUE(passes_to_upstream(field(name), {})) << name;
    EXPECT_TRUE(passes_to_client(field(name))) << name;
  }
}

TEST(HeaderRules, KeepsTheFieldsOfAHopOnTheirHop) {
  for (const char* name :
       {"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "TE",
        "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Content-Length"}) {
    EXPECT_FALSE(passes_to_upstream(field(name), {.api_key = true, .forwarded = true})) << name;
    EXPECT_FALSE(passes_to_client(field(name))) << name;
  }
  Header listed = field("X-Custom");
  listed.connection_listed = true;
  EXPECT_FALSE(passes_to_upstream(listed, {}));
  EXPECT_FALSE(passes_to_client(listed));
}

TEST(HeaderRules, AClientCannotSpeakForTheGateway) {
  for (const char* name :
       {"X-Weir-User-Id", "x-weir-key-id", "X_Weir_User_Id", "X-Forwarded-For", "X-Forwarded-Host",
        "X-Forwarded-Proto", "X_Forwarded_For", "Host", "Expect", "Proxy", "X-Request-Id"}) {
    EXPECT_FALSE(passes_to_upstream(field(name), {.api_key = true, .forwarded = true})) << name;
  }
}

TEST(HeaderRules, PassesWhoCalledOnlyFromTrustedProxies) {
  for (const char* name : {"Forwarded", "X-Real-IP", "X-Forwarded-Port"}) {
    EXPECT_FALSE(passes_to_upstream(field(name), {})) << name;
    EXPECT_TRUE(passes_to_upstream(field(name), {.forwarded = true})) << name;
  }
}

TEST(HeaderRules, PassesTheKeyOnlyWhenAsked) {
  EXPECT_FALSE(passes_to_upstream(field("X-API-Key"), {}));
  EXPECT_TRUE(passes_to_upstream(field("X-API-Key"), {.api_key = true}));
}

TEST(HeaderRules, ReplacesAnUpstreamsLimitHeadersButKeepsTheStandardOnes) {
  EXPECT_FALSE(passes_to_client(field("X-RateLimit-Minute-Limit")));
  EXPECT_FALSE(passes_to_client(field("X-Request-Id")));
  EXPECT_FALSE(passes_to_client(field("X-Weir-Status")));
  EXPECT_TRUE(passes_to_client(field("RateLimit")));
  EXPECT_TRUE(passes_to_client(field("RateLimit-Policy")));
  EXPECT_TRUE(passes_to_client(field("Retry-After")));
}

TEST(HeaderRules, ReadsLists) {
  std::string_view list = " a , ,b,\tc\t,";
  EXPECT_EQ(next_list_member(list), "a");
  EXPECT_EQ(next_list_member(list), "b");
  EXPECT_EQ(next_list_member(list), "c");
  EXPECT_EQ(next_list_member(list), std::nullopt);
  EXPECT_TRUE(list_has_token("close, Upgrade", "upgrade"));
  EXPECT_FALSE(list_has_token("upgrades", "upgrade"));
}

TEST(HeaderRules, LooksThroughEveryConnectionField) {
  HeaderList headers;
  headers.push("Connection", "a", HeaderId::kConnection);
  headers.push("Connection", "b, Close", HeaderId::kConnection);
  EXPECT_TRUE(connection_has_token(headers, "close"));
  EXPECT_FALSE(connection_has_token(headers, "upgrade"));
}

TEST(HeaderRules, ChecksFieldValues) {
  EXPECT_TRUE(is_field_value(""));
  EXPECT_TRUE(is_field_value("a b\tc \x80"));
  for (const char* value : {" a", "a ", "\ta", "a\r", "a\nb", "\x01", "\x7f", "a\r\nX: y"}) {
    EXPECT_FALSE(is_field_value(value)) << value;
  }
  EXPECT_FALSE(is_field_value(std::string_view("a\0b", 3)));
}

TEST(HeaderRules, TunnelsWebSocketOnly) {
  EXPECT_TRUE(is_websocket("WebSocket"));
  EXPECT_FALSE(is_websocket("h2c"));
  EXPECT_FALSE(is_websocket("websocket, h2c"));
  EXPECT_FALSE(is_websocket(""));
}

}  // namespace
}  // namespace weir::net
