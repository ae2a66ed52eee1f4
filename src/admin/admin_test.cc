#include "admin/admin.h"

#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

TEST_F(AdminTest, WithoutATokenTheApiAnswers401) {
  const auto reply = send({"GET", "/api/v1/keys", {}, "", {}});
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(reply.body, R"({"detail":"Missing bearer token"})");
}

TEST_F(AdminTest, AnyOtherTokenIsRefused) {
  for (const std::string wrong :
       {"", "x", "0123456789abcdef0123456789abcdeF", "0123456789abcdef0123456789abcdef0"}) {
    const auto reply = send({"GET", "/api/v1/keys", {{"Authorization", "Bearer " + wrong}}, "", {}});
    EXPECT_EQ(reply.status, 401) << wrong;
  }
  EXPECT_EQ(send({"GET", "/api/v1/keys", {{"authorization", "Basic " + token_}}, "", {}}).status, 401);
}

TEST_F(AdminTest, TheSchemeOfTheTokenMayBeInAnyCase) {
  EXPECT_EQ(send({"GET", "/api/v1/keys", {{"authorization", "bearer  " + token_}}, "", {}}).status, 200);
}

TEST_F(AdminTest, APathBelowTheApiThatDoesNotExistIsNotToldToStrangers) {
  EXPECT_EQ(send({"GET", "/api/v1/nothing", {}, "", {}}).status, 401);
  EXPECT_EQ(call("GET", "/api/v1/nothing").status, 404);
  EXPECT_EQ(send({"GET", "/nothing", {}, "", {}}).status, 404);
}

TEST_F(AdminTest, HealthReadinessAndMetricsNeedNoToken) {
  EXPECT_EQ(send({"GET", "/healthz", {}, "", {}}).body, R"({"status":"ok"})");
  EXPECT_EQ(send({"GET", "/readyz?probe=1", {}, "", {}}).status, 200);
  EXPECT_EQ(send({"GET", "/metrics", {}, "", {}}).status, 200);
}

TEST_F(AdminTest, IsReadyWhenTheGatewayServes) {
  ready_ = false;
  EXPECT_EQ(send({"GET", "/readyz", {}, "", {}}).status, 503);
}

TEST_F(AdminTest, AWrongMethodIsToldTheRightOnes) {
  const auto reply = call("PUT", "/api/v1/keys");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.header("Allow"), "GET, HEAD, POST");
}

TEST_F(AdminTest, HeadIsAnsweredWhereGetIs) {
  EXPECT_EQ(call("HEAD", "/api/v1/limits").status, 200);
  EXPECT_EQ(call("HEAD", "/api/v1/keys/1/rotate").status, 405);
}

TEST_F(AdminTest, AnIdThatIsNoNumberIsNoPath) {
  for (const auto* id : {"x", "1x", "-1", "4294967296", "%31", "", "1/"}) {
    EXPECT_EQ(call("GET", std::string("/api/v1/keys/") + id).status, 404) << id;
  }
}

TEST_F(AdminTest, ABodyThatIsNotDeclaredAsJsonIsRefused) {
  const std::string body = R"({"name":"a","user":"b"})";
  const auto with = [&](std::vector<std::pair<std::string, std::string>> headers) {
    headers.emplace_back("Authorization", "Bearer " + token_);
    return send({"POST", "/api/v1/keys", std::move(headers), body, {}}).status;
  };
  EXPECT_EQ(with({}), 415);
  EXPECT_EQ(with({{"Content-Type", "application/x-www-form-urlencoded"}}), 415);
  EXPECT_EQ(with({{"Content-Type", "application/json; charset=latin1"}}), 415);
  EXPECT_EQ(with({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}), 415);
  EXPECT_EQ(with({{"Content-Type", "Application/JSON; charset=UTF-8"}}), 201);
}

TEST_F(AdminTest, ABodyThatIsNotJsonIsRefusedWithItsPosition) {
  const auto reply = call("POST", "/api/v1/keys", "{\"name\": \"a\",\n  nope}");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.detail().find("The body is not valid JSON at line 2, column 3"), 0U) << reply.detail();
  EXPECT_EQ(call("POST", "/api/v1/keys").status, 400);
}

TEST_F(AdminTest, ErrorsAreProblemDetailsForClientsThatPreferThem) {
  const auto reply = send({"GET",
                           "/api/v1/keys/7",
                           {{"Authorization", "Bearer " + token_}, {"Accept", "application/problem+json"}},
                           "",
                           {}});
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(reply.json.at("status"), 404);
  EXPECT_EQ(reply.json.at("title"), "Not Found");
}

TEST_F(AdminTest, ParametersARouteDoesNotTakeAreRefused) {
  EXPECT_EQ(call("GET", "/api/v1/limits?x=1").detail(), "x: is not a known parameter; there are none here");
  EXPECT_EQ(call("POST", "/api/v1/keys?dry_run=true", "{}").status, 422);
}

TEST_F(AdminTest, ATargetOverTheBoundIsRefused) {
  EXPECT_EQ(call("GET", "/api/v1/usage?endpoint=/" + std::string(9000, 'a')).status, 414);
}

TEST_F(AdminTest, AnswersAreNotForCaches) {
  EXPECT_EQ(call("GET", "/api/v1/keys").header("Cache-Control"), "no-store");
}

TEST_F(AdminTest, MetricsCountKeysAndRequestsByRoute) {
  make_key();
  make_key(R"(,"is_active":false)");
  static_cast<void>(call("GET", key_path(1)));
  static_cast<void>(call("BREW", "/api/v1/coffee"));
  const auto text = send({"GET", "/metrics", {}, "", {}}).body;
  EXPECT_NE(text.find("weir_keys{state=\"active\"} 1"), std::string::npos) << text;
  EXPECT_NE(text.find("weir_keys{state=\"inactive\"} 1"), std::string::npos);
  EXPECT_NE(text.find("weir_build_info{version=\""), std::string::npos);
  EXPECT_NE(text.find(R"(weir_admin_requests_total{endpoint="/api/v1/keys",method="POST",status="201"} 2)"),
            std::string::npos);
  EXPECT_NE(text.find(R"({endpoint="/api/v1/keys/{id}",method="GET",status="200"} 1)"), std::string::npos);
  EXPECT_NE(text.find(R"({endpoint="other",method="other",status="404"} 1)"), std::string::npos);
  EXPECT_NE(text.find("weir_other 1\n"), std::string::npos);
}

}  // namespace
}  // namespace weir::test
