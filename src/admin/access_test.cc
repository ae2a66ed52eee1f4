// Who may call what: over every route there is, those of later additions too.
#include "admin/access_fixture.h"

namespace weir::test {
namespace {

/// Routes whose call changes nothing but the caller's own sign-in.
bool is_own_session(const Route& route) {
  return route.path == "/api/v1/session";
}

TEST_F(AccessTest, EveryRouteDeclaresWhoMayCallIt) {
  ASSERT_FALSE(admin_->router().routes().empty());
  for (const auto& route : admin_->router().routes()) {
    const bool declared =
        route.access == Access::kOpen || route.access == Access::kViewer || route.access == Access::kAdmin;
    EXPECT_TRUE(declared) << route.method << " " << route.path;
  }
}

TEST_F(AccessTest, WhatIsBelowTheApiIsOpenForTheSignInOnly) {
  for (const auto& route : admin_->router().routes()) {
    if (!route.path.starts_with("/api/") || route.access != Access::kOpen) continue;
    EXPECT_TRUE(is_own_session(route) && route.method == "POST") << route.method << " " << route.path;
  }
}

TEST_F(AccessTest, WhatChangesSomethingNeedsTheRoleAdmin) {
  for (const auto& route : admin_->router().routes()) {
    if (route.method == "GET" || is_own_session(route)) continue;
    EXPECT_EQ(route.access, Access::kAdmin) << route.method << " " << route.path;
  }
}

TEST_F(AccessTest, EveryAnswerCarriesARequestId) {
  const auto made = call("GET", "/api/v1/keys").header("X-Request-Id");
  EXPECT_EQ(made.size(), 36U);
  const auto taken = send({"GET", "/healthz", {{"X-Request-Id", "probe-7"}}, "", {}});
  EXPECT_EQ(taken.header("X-Request-Id"), "probe-7");
  const auto replaced = send({"GET", "/healthz", {{"X-Request-Id", "two words"}}, "", {}});
  EXPECT_EQ(replaced.header("X-Request-Id").size(), 36U);
}

std::string instance_of(std::string path) {
  for (const auto& [mark, value] :
       {std::pair<std::string_view, std::string_view>{"{id}", "1"}, {"{name}", "log"}}) {
    if (const auto at = path.find(mark); at != std::string::npos) path.replace(at, mark.size(), value);
  }
  return path;
}

TEST_F(AccessTest, AViewerGetsA403FromEveryRouteThatChangesSomethingAndChangesNothing) {
  make_key();
  const auto viewer = make_token("looker", "viewer");
  const auto before = call("GET", "/api/v1/audit").body;
  std::size_t refused = 0;
  for (const auto& route : admin_->router().routes()) {
    const auto reply = send_with(bearer(viewer.secret), route.method, instance_of(route.path),
                                 route.body == BodyRule::kNone ? "" : "{}");
    if (route.access == Access::kAdmin) {
      EXPECT_EQ(reply.status, 403) << route.method << " " << route.path;
      EXPECT_EQ(reply.detail(), "This needs the role admin; 'looker' has the role viewer");
      ++refused;
    } else {
      EXPECT_NE(reply.status, 401) << route.method << " " << route.path;
      EXPECT_NE(reply.status, 403) << route.method << " " << route.path;
    }
  }
  EXPECT_GE(refused, 9U);
  EXPECT_EQ(call("GET", "/api/v1/audit").body, before);
}

TEST_F(AccessTest, WithoutCredentialsOnlyOpenRoutesAnswer) {
  for (const auto& route : admin_->router().routes()) {
    const auto reply = send_with({}, route.method, instance_of(route.path), "{}");
    if (route.access == Access::kOpen)
      EXPECT_NE(reply.status, 401) << route.method << " " << route.path;
    else
      EXPECT_EQ(reply.status, 401) << route.method << " " << route.path;
  }
}

TEST_F(AccessTest, NoChangeByCookiePassesWithoutItsCsrfToken) {
  make_key();
  const auto session = sign_in(token_);
  const auto before = call("GET", "/api/v1/audit").body;
  for (const auto& route : admin_->router().routes()) {
    if (route.method == "GET" || route.access == Access::kOpen) continue;
    auto wrong = session.cookie;
    wrong.emplace_back("X-CSRF-Token", std::string(49, 'x'));
    for (const auto& headers : {session.cookie, wrong}) {
      const auto reply = send_with(headers, route.method, instance_of(route.path), "{}");
      EXPECT_EQ(reply.status, 403) << route.method << " " << route.path;
    }
  }
  EXPECT_EQ(call("GET", "/api/v1/audit").body, before);
}

TEST_F(AccessTest, AMethodThatIsNoneIsARefusalNotAWayAround) {
  const auto viewer = make_token("looker", "viewer");
  for (const auto* method : {"PATCH", "post", "TRACE", "OPTIONS", "DELETE"})
    EXPECT_EQ(send_with(bearer(viewer.secret), method, "/api/v1/keys", "{}").status, 405) << method;
  for (const auto* path : {"/api/v1//keys", "/API/v1/keys", "/api/v1/keys/", "/api/v1/keys/1/../2"})
    EXPECT_EQ(send_with(bearer(viewer.secret), "GET", path).status, 404) << path;
  EXPECT_EQ(send_with({}, "GET", "/healthz/../api/v1/keys").status, 404);
}

}  // namespace
}  // namespace weir::test
