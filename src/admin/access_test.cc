// Who may call what: over every route there is, those of later additions too.
#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

/// Routes whose call changes nothing but the caller's own sign-in.
bool is_own_session(const Route& route) {
  return route.path == "/api/v1/session";
}

TEST_F(AdminTest, EveryRouteDeclaresWhoMayCallIt) {
  ASSERT_FALSE(admin_->router().routes().empty());
  for (const auto& route : admin_->router().routes()) {
    const bool declared =
        route.access == Access::kOpen || route.access == Access::kViewer || route.access == Access::kAdmin;
    EXPECT_TRUE(declared) << route.method << " " << route.path;
  }
}

TEST_F(AdminTest, WhatIsBelowTheApiIsOpenForTheSignInOnly) {
  for (const auto& route : admin_->router().routes()) {
    if (!route.path.starts_with("/api/") || route.access != Access::kOpen) continue;
    EXPECT_TRUE(is_own_session(route) && route.method == "POST") << route.method << " " << route.path;
  }
}

TEST_F(AdminTest, WhatChangesSomethingNeedsTheRoleAdmin) {
  for (const auto& route : admin_->router().routes()) {
    if (route.method == "GET" || is_own_session(route)) continue;
    EXPECT_EQ(route.access, Access::kAdmin) << route.method << " " << route.path;
  }
}

TEST_F(AdminTest, EveryAnswerCarriesARequestId) {
  const auto made = call("GET", "/api/v1/keys").header("X-Request-Id");
  EXPECT_EQ(made.size(), 36U);
  const auto taken = send({"GET", "/healthz", {{"X-Request-Id", "probe-7"}}, "", {}});
  EXPECT_EQ(taken.header("X-Request-Id"), "probe-7");
  const auto replaced = send({"GET", "/healthz", {{"X-Request-Id", "two words"}}, "", {}});
  EXPECT_EQ(replaced.header("X-Request-Id").size(), 36U);
}

}  // namespace
}  // namespace weir::test
