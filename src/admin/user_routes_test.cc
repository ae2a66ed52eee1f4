#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

using UserRoutes = AdminTest;

TEST_F(UserRoutes, AUserIsMadeShownAndChanged) {
  const auto made = call("POST", "/api/v1/users", R"({"name":"ada","email":"ada@example.org"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("Location"), "/api/v1/users/1");
  EXPECT_EQ(made.body,
            R"({"id":1,"name":"ada","email":"ada@example.org","is_active":true,)"
            R"("created_at":"2026-11-23T00:00:00.000000Z","updated_at":"2026-11-23T00:00:00.000000Z"})");
  EXPECT_EQ(call("GET", "/api/v1/users/1").body, made.body);
  clock_.advance(Seconds{1});
  const auto changed = call("PATCH", "/api/v1/users/1", R"({"name":"Ada","email":null})");
  EXPECT_EQ(changed.json.at("name"), "Ada");
  EXPECT_EQ(changed.json.at("email"), "");
  EXPECT_EQ(changed.json.at("updated_at"), "2026-11-23T00:00:01.000000Z");
}

TEST_F(UserRoutes, ANameIsTakenOnce) {
  static_cast<void>(call("POST", "/api/v1/users", R"({"name":"ada"})"));
  static_cast<void>(call("POST", "/api/v1/users", R"({"name":"bob"})"));
  EXPECT_EQ(call("POST", "/api/v1/users", R"({"name":"ada"})").status, 409);
  EXPECT_EQ(call("PATCH", "/api/v1/users/2", R"({"name":"ada"})").status, 409);
  EXPECT_EQ(call("PATCH", "/api/v1/users/1", R"({"name":"ada"})").status, 200);
}

TEST_F(UserRoutes, AKeyForANewNameMakesItsUserAndForAnOldOneUsesIt) {
  make_key();
  make_key();
  const auto users = call("GET", "/api/v1/users?name=ada");
  ASSERT_EQ(users.json.at("items").as_array().size(), 1U);
  EXPECT_EQ(users.json.at("items").at(0).at("id"), 1);
  EXPECT_TRUE(call("GET", "/api/v1/users?name=eve").json.at("items").as_array().empty());
}

TEST_F(UserRoutes, WrongInputNamesFieldBoundAndValue) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"{}", "name: is required"},
      {R"({"name":""})", "name: must be 1 to 100 characters, but has 0"},
      {R"({"name":"a","email":"nobody"})", "email: must be a mail address, but is 'nobody'"},
      {R"({"name":"a","email":"x y@z"})", "email: must be a mail address, but is 'x y@z'"},
      {R"({"name":"a","is_active":1})", "is_active: must be true or false, but is a number"},
      {R"({"name":"a","id":1})", "id: is not a known field; known are name, email, is_active"},
  };
  for (const auto& [body, detail] : table) {
    const auto reply = call("POST", "/api/v1/users", body);
    EXPECT_EQ(reply.status, 422) << body;
    EXPECT_EQ(reply.detail(), detail);
  }
  EXPECT_EQ(call("GET", "/api/v1/users/1").status, 404);
  EXPECT_EQ(call("PATCH", "/api/v1/users/1", "{}").status, 404);
}

TEST_F(UserRoutes, ACursorOfAnotherListIsRefused) {
  for (int i = 0; i < 3; ++i) make_key();
  const auto cursor = call("GET", "/api/v1/keys?limit=1").json.at("next_cursor");
  EXPECT_EQ(call("GET", "/api/v1/users?cursor=" + std::string(cursor.as_string())).status, 422);
}

}  // namespace
}  // namespace weir::test
