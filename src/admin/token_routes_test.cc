#include "admin/access_fixture.h"

namespace weir::test {
namespace {

using TokenRoutes = AccessTest;

TEST_F(TokenRoutes, ANewTokenOpensTheApiAndIsShownOnce) {
  const auto made = make_token("deploy", "admin");
  EXPECT_TRUE(made.secret.starts_with("weiradm_"));
  EXPECT_EQ(send_with(bearer(made.secret), "GET", "/api/v1/keys").status, 200);
  const auto listed = call("GET", "/api/v1/tokens");
  EXPECT_EQ(listed.body.find(made.secret), std::string::npos);
  const auto& token = listed.json.at("items").at(0);
  EXPECT_EQ(token.at("name"), "deploy");
  EXPECT_EQ(token.at("role"), "admin");
  EXPECT_EQ(token.at("created_by"), "admin.token");
  EXPECT_EQ(token.at("token").as_string(), made.secret.substr(0, 12) + "…");
  EXPECT_EQ(token.at("last_used"), "2026-11-23T00:00:00.000000Z");
}

TEST_F(TokenRoutes, OutlivesARestartAndSoDoesItsRevocation) {
  const auto kept = make_token("kept", "viewer");
  const auto revoked = make_token("revoked", "viewer");
  EXPECT_EQ(call("DELETE", "/api/v1/tokens/" + std::to_string(revoked.id)).status, 204);
  EXPECT_EQ(send_with(bearer(revoked.secret), "GET", "/api/v1/keys").status, 401);
  restart();
  EXPECT_EQ(send_with(bearer(kept.secret), "GET", "/api/v1/keys").status, 200);
  EXPECT_EQ(send_with(bearer(revoked.secret), "GET", "/api/v1/keys").status, 401);
  EXPECT_EQ(call("DELETE", "/api/v1/tokens/" + std::to_string(revoked.id)).status, 404);
}

TEST_F(TokenRoutes, ATokenEndsAtItsExpiry) {
  const auto made = make_token("short", "viewer", R"(,"expires_in_seconds":60)");
  EXPECT_EQ(send_with(bearer(made.secret), "GET", "/api/v1/keys").status, 200);
  clock_.advance(Seconds(60));
  EXPECT_EQ(send_with(bearer(made.secret), "GET", "/api/v1/keys").status, 401);
}

TEST_F(TokenRoutes, TheStoreLearnsOfUsesOnceAMinuteAtMost) {
  const auto made = make_token("deploy", "viewer");
  const auto stored = [&] { return store_->tokens().list()->front().last_used; };
  static_cast<void>(send_with(bearer(made.secret), "GET", "/api/v1/keys"));
  EXPECT_FALSE(stored());
  const auto first = clock_.utc();
  admin_->tick();
  EXPECT_EQ(stored(), first);
  clock_.advance(Seconds(59));
  static_cast<void>(send_with(bearer(made.secret), "GET", "/api/v1/keys"));
  admin_->tick();
  EXPECT_EQ(stored(), first);
  clock_.advance(Seconds(1));
  admin_->tick();
  EXPECT_EQ(stored(), first + Seconds(59));
}

TEST_F(TokenRoutes, WrongInputNamesTheField) {
  const auto detail = [&](const std::string& body) {
    const auto reply = call("POST", "/api/v1/tokens", body);
    EXPECT_EQ(reply.status, 422) << reply.body;
    return reply.detail();
  };
  EXPECT_EQ(detail(R"({"name":"x"})"), "role: is required");
  EXPECT_EQ(detail(R"({"name":"x","role":"root"})"), "role: must be admin or viewer, but is 'root'");
  EXPECT_EQ(detail(R"({"name":"x","role":"none"})"), "role: must be admin or viewer, but is 'none'");
  EXPECT_EQ(detail(R"({"name":"admin.token","role":"admin"})"),
            "name: 'admin.token' is what the token of the data folder is called");
  EXPECT_EQ(detail(R"({"name":"x","role":"admin","expires_at":"2020-01-01T00:00:00Z"})"),
            "expires_at: must be in the future, but is 2020-01-01T00:00:00.000000Z");
}

TEST_F(TokenRoutes, ANameIsThereOnce) {
  make_token("deploy", "viewer");
  const auto again = call("POST", "/api/v1/tokens", R"({"name":"deploy","role":"admin"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.detail(), "name: there is a token 'deploy' already");
}

TEST_F(TokenRoutes, AreInTheAuditLogWithoutTheirSecret) {
  const auto made = make_token("deploy", "viewer");
  static_cast<void>(call("DELETE", "/api/v1/tokens/" + std::to_string(made.id)));
  EXPECT_EQ(audited("token.create"), 1U);
  EXPECT_EQ(audited("token.revoke"), 1U);
  EXPECT_EQ(call("GET", "/api/v1/audit").body.find(made.secret), std::string::npos);
}

TEST_F(TokenRoutes, ListsInPages) {
  for (const auto* name : {"a", "b", "c"}) make_token(name, "viewer");
  const auto first = call("GET", "/api/v1/tokens?limit=2");
  EXPECT_EQ(first.json.at("items").as_array().size(), 2U);
  const std::string cursor(first.json.at("next_cursor").as_string());
  const auto second = call("GET", "/api/v1/tokens?limit=2&cursor=" + cursor);
  EXPECT_EQ(second.json.at("items").at(0).at("name"), "c");
  EXPECT_TRUE(second.json.at("next_cursor").is_null());
}

TEST_F(TokenRoutes, AChangeIsAuditedUnderTheNameOfTheTokenThatMadeIt) {
  const auto made = make_token("deploy", "admin");
  EXPECT_EQ(send_with(bearer(made.secret), "POST", "/api/v1/users", R"({"name":"eve"})").status, 201);
  const auto entry = call("GET", "/api/v1/audit?limit=1").json.at("items").at(0);
  EXPECT_EQ(entry.at("actor"), "deploy");
  EXPECT_EQ(entry.at("token_id").to_number<std::uint32_t>(), made.id);
  EXPECT_EQ(entry.at("source"), "192.0.2.1");
}

}  // namespace
}  // namespace weir::test
