#include "admin/access_fixture.h"

namespace weir::test {
namespace {

class SessionRoutes : public AccessTest {
 protected:
  static constexpr const char* kPath = "/api/v1/session";
};

TEST_F(SessionRoutes, SigningInAnswersWhoOneIsAndSetsTheCookie) {
  const auto viewer = make_token("looker", "viewer");
  const auto reply = sign_in_reply(viewer.secret);
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.json.at("name"), "looker");
  EXPECT_EQ(reply.json.at("role"), "viewer");
  EXPECT_EQ(reply.json.at("via"), "page");
  EXPECT_EQ(reply.json.at("expires_at"), "2026-11-23T12:00:00.000000Z");
  EXPECT_EQ(reply.json.at("idle_timeout_seconds"), 3600);
  const auto cookie = reply.header("Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("weir_session=weirses_")) << cookie;
  EXPECT_NE(cookie.find("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"), std::string::npos) << cookie;
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  EXPECT_EQ(cookie.find("Domain"), std::string::npos);
}

TEST_F(SessionRoutes, TheCookieReadsAndWithTheCsrfTokenChanges) {
  const auto session = sign_in(token_);
  EXPECT_EQ(send_with(session.cookie, "GET", "/api/v1/keys").status, 200);
  EXPECT_EQ(send_with(session.cookie_and_csrf, "POST", "/api/v1/users", R"({"name":"ada"})").status, 201);
  const auto entry = call("GET", "/api/v1/audit?action=user.create").json.at("items").at(0);
  EXPECT_EQ(entry.at("via"), "page");
}

TEST_F(SessionRoutes, WhoIsSignedInIsAskedWithTheCookieOrTheToken) {
  const auto session = sign_in(token_);
  const auto by_cookie = send_with(session.cookie, "GET", kPath);
  EXPECT_EQ(by_cookie.json.at("csrf_token").as_string(), session.cookie_and_csrf.back().second);
  const auto by_token = call("GET", kPath);
  EXPECT_EQ(by_token.json.at("name"), "admin.token");
  EXPECT_TRUE(by_token.json.at("csrf_token").is_null());
  EXPECT_EQ(send_with({}, "GET", kPath).status, 401);
}

TEST_F(SessionRoutes, SigningOutEndsTheSessionAndTakesTheCookieAway) {
  const auto session = sign_in(token_);
  EXPECT_EQ(send_with(session.cookie, "DELETE", kPath).status, 403);
  const auto reply = send_with(session.cookie_and_csrf, "DELETE", kPath);
  EXPECT_EQ(reply.status, 204);
  EXPECT_TRUE(reply.header("Set-Cookie").starts_with("weir_session=; Path=/; Max-Age=0"));
  const auto after = send_with(session.cookie, "GET", "/api/v1/keys");
  EXPECT_EQ(after.status, 401);
  EXPECT_EQ(after.detail(), "The session has ended: sign in again");
  EXPECT_TRUE(after.header("Set-Cookie").starts_with("weir_session=;"));
}

TEST_F(SessionRoutes, RevokingATokenEndsItsSessionsAndNoOthers) {
  const auto one = make_token("one", "admin");
  const auto other = make_token("other", "admin");
  const auto of_one = sign_in(one.secret);
  const auto of_other = sign_in(other.secret);
  static_cast<void>(call("DELETE", "/api/v1/tokens/" + std::to_string(one.id)));
  EXPECT_EQ(send_with(of_one.cookie, "GET", "/api/v1/keys").status, 401);
  EXPECT_EQ(send_with(of_other.cookie, "GET", "/api/v1/keys").status, 200);
}

TEST_F(SessionRoutes, AStreamEndsWithTheTokenOrTheSessionItWasOpenedWith) {
  const auto made = make_token("ada", "admin");
  const auto session = sign_in(made.secret);
  const auto open = [&](const Headers& headers) {
    auto response = admin_->handle({"GET", "/api/v1/stream", headers, "", {}});
    EXPECT_EQ(response.status, 200);
    return response.source;
  };
  const auto by_token = open(bearer(made.secret));
  const auto by_cookie = open(session.cookie);
  ASSERT_TRUE(by_token && by_cookie);
  EXPECT_TRUE(by_token->next());
  EXPECT_TRUE(by_cookie->next());
  EXPECT_EQ(send_with(session.cookie_and_csrf, "DELETE", kPath).status, 204);
  EXPECT_TRUE(by_token->next());
  EXPECT_FALSE(by_cookie->next());
  static_cast<void>(call("DELETE", "/api/v1/tokens/" + std::to_string(made.id)));
  EXPECT_FALSE(by_token->next());
}

TEST_F(SessionRoutes, AStrangersBodyIsSmall) {
  EXPECT_EQ(sign_in_reply(std::string(20'000, 'x')).status, 413);
}

TEST_F(SessionRoutes, ASessionEndsWhenItsTokenExpires) {
  const auto made = make_token("short", "viewer", R"(,"expires_in_seconds":60)");
  const auto reply = sign_in_reply(made.secret);
  EXPECT_EQ(reply.json.at("expires_at"), "2026-11-23T00:01:00.000000Z");
  const auto session = sign_in(made.secret);
  clock_.advance(Seconds(60));
  EXPECT_EQ(send_with(session.cookie, "GET", "/api/v1/keys").status, 401);
}

TEST_F(SessionRoutes, ASessionEndsWhenIdleAndAtItsLifetimesEnd) {
  const auto idle = sign_in(token_);
  const auto busy = sign_in(token_);
  for (int half_hour = 1; half_hour < 24; ++half_hour) {
    clock_.advance(Seconds(1800));
    EXPECT_EQ(send_with(busy.cookie, "GET", "/api/v1/limits").status, 200) << half_hour;
  }
  EXPECT_EQ(send_with(idle.cookie, "GET", "/api/v1/limits").status, 401);
  clock_.advance(Seconds(1800));
  EXPECT_EQ(send_with(busy.cookie, "GET", "/api/v1/limits").status, 401);
}

TEST_F(SessionRoutes, ARestartEndsEverySession) {
  const auto session = sign_in(token_);
  restart();
  EXPECT_EQ(send_with(session.cookie, "GET", "/api/v1/keys").status, 401);
}

TEST_F(SessionRoutes, BehindAProxyThatIsTrustedTheCookieIsSecureAndOfThisHostOnly) {
  access_.trusted_proxies = {*IpNetwork::parse("192.0.2.0/24")};
  restart();
  const Headers tls{{"X-Forwarded-Proto", "https"}};
  const auto session = sign_in(token_, tls);
  EXPECT_TRUE(session.set_cookie.starts_with("__Host-weir_session=")) << session.set_cookie;
  EXPECT_TRUE(session.set_cookie.ends_with("; Secure"));
  EXPECT_EQ(send_with(session.cookie, "GET", "/api/v1/keys").status, 200);
  const auto from_elsewhere = sign_in_reply(token_, tls, "198.51.100.1");
  EXPECT_TRUE(from_elsewhere.header("Set-Cookie").starts_with("weir_session="));
}

TEST_F(SessionRoutes, ACookieThatIsThereTwiceOpensNothing) {
  auto session = sign_in(token_);
  session.cookie.back().second += "; " + session.cookie.back().second;
  EXPECT_EQ(send_with(session.cookie, "GET", "/api/v1/keys").status, 401);
}

TEST_F(SessionRoutes, AWrongBearerTokenIsNotMendedByACookie) {
  auto session = sign_in(token_);
  session.cookie.emplace_back("Authorization", "Bearer wrong");
  EXPECT_EQ(send_with(session.cookie, "GET", "/api/v1/keys").status, 401);
  EXPECT_EQ(send_with({{"Authorization", "Bearer " + token_}, {"Authorization", "Bearer " + token_}}, "GET",
                      "/api/v1/keys")
                .status,
            401);
}

TEST_F(SessionRoutes, WrongInputNeverRepeatsTheToken) {
  const auto wrong = sign_in_reply("hunter2hunter2");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body.find("hunter2"), std::string::npos);
  const auto typed = send_with({}, "POST", kPath, R"({"tokens":"hunter2"})");
  EXPECT_EQ(typed.status, 422);
  EXPECT_EQ(typed.body.find("hunter2"), std::string::npos);
  EXPECT_EQ(send({"POST", kPath, {}, "token=x", {}}).status, 415);
}

TEST_F(SessionRoutes, SignInsSignOutsAndRefusalsAreAudited) {
  const auto session = sign_in(token_);
  static_cast<void>(send_with(session.cookie_and_csrf, "DELETE", kPath));
  for (int i = 0; i < 5; ++i) static_cast<void>(sign_in_reply("wrong"));
  admin_->tick();
  EXPECT_EQ(audited("session.sign_in"), 1U);
  EXPECT_EQ(audited("session.sign_out"), 1U);
  EXPECT_EQ(audited("session.refuse"), 0U);
  clock_.advance(Seconds(60));
  admin_->tick();
  ASSERT_EQ(audited("session.refuse"), 1U);
  const auto entry = call("GET", "/api/v1/audit?action=session.refuse").json.at("items").at(0);
  EXPECT_TRUE(entry.at("actor").is_null());
  EXPECT_EQ(entry.at("role"), "none");
  EXPECT_EQ(entry.at("source"), "192.0.2.1");
  EXPECT_EQ(entry.at("after").at("attempts"), 5);
}

TEST_F(SessionRoutes, AnEndInGoodOrderWritesWhatWasNoted) {
  static_cast<void>(sign_in(token_));
  static_cast<void>(sign_in_reply("wrong"));
  restart();
  EXPECT_EQ(audited("session.sign_in"), 1U);
  EXPECT_EQ(audited("session.refuse"), 1U);
}

TEST_F(SessionRoutes, FailuresAreSlowedDownAndRightTokensAreNot) {
  int refused = 0;
  Reply last;
  for (int i = 0; i < 30; ++i) {
    last = send_with(bearer("wrong"), "GET", "/api/v1/keys");
    refused += last.status == 401 ? 1 : 0;
  }
  EXPECT_EQ(refused, 20);
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.header("Retry-After"), "3");
  EXPECT_EQ(send_with(bearer(token_), "GET", "/api/v1/keys").status, 200);
  // A sign-in waits with the others of its address, right or not; elsewhere nobody does.
  EXPECT_EQ(sign_in_reply(token_).status, 429);
  EXPECT_EQ(sign_in_reply(token_, {}, "192.0.2.2").status, 201);
  clock_.advance(Seconds(3));
  EXPECT_EQ(sign_in_reply(token_).status, 201);
}

}  // namespace
}  // namespace weir::test
