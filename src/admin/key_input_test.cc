// What is wrong with a request about keys is said: field, bound, value; never a secret.
#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

using KeyInput = AdminTest;

struct WrongBody {
  std::string body;
  std::string detail;
};

TEST_F(KeyInput, WrongFieldsOfANewKeyAreNamed) {
  const std::string head = R"({"name":"n","user":"u",)";
  const std::vector<WrongBody> table = {
      {"[]", "The body must be an object, but is an array"},
      {"{}", "name: is required"},
      {R"({"name":"n"})", "user: is required (or user_id)"},
      {R"({"name":"n","user":"u","user_id":1})", "user: cannot be given together with user_id"},
      {R"({"name":"n","user_id":7})", "user_id: there is no user 7"},
      {R"({"name":"n","user_id":0})", "user_id: must be a whole number from 1 to 4294967295, but is 0"},
      {R"({"name":"","user":"u"})", "name: must be 1 to 100 characters, but has 0"},
      {R"({"name":")" + std::string(101, 'x') + R"(","user":"u"})",
       "name: must be 1 to 100 characters, but has 101"},
      {R"({"name":"a\u0000b","user":"u"})", "name: must not hold control characters"},
      {R"({"name":5,"user":"u"})", "name: must be a string, but is a number"},
      {R"({"name":null,"user":"u"})", "name: must be a string, but is null"},
      {head + R"("is_active":"yes"})", "is_active: must be true or false, but is a string"},
      {head + R"("is_active":null})", "is_active: must be true or false, but is null"},
      {head + R"("expires_at":"tomorrow"})",
       "expires_at: must be an RFC 3339 time like 2026-12-31T00:00:00Z, but is 'tomorrow'"},
      {head + R"("expires_at":"2026-11-22T00:00:00Z"})",
       "expires_at: must be in the future, but is 2026-11-22T00:00:00.000000Z"},
      {head + R"("expires_in_seconds":0})",
       "expires_in_seconds: must be a whole number from 1 to 3162240000, but is 0"},
      {head + R"("expires_in_seconds":1.5})",
       "expires_in_seconds: must be a whole number from 1 to 3162240000, but is 1.5"},
      {head + R"("expires_in_seconds":60,"expires_at":"2027-01-01T00:00:00Z"})",
       "expires_in_seconds: cannot be given together with expires_at"},
      {head + R"("plan":"gold"})", "plan: 'gold' is not a plan; there are none"},
      {head + R"("limits":{"week":1}})", "limits: 'week' is not a window; known are minute, hour, day"},
      {head + R"("limits":{"minute":-1}})",
       "limits.minute: must be a whole number from 0 to 4294967294, but is -1"},
      {head + R"("limits":{"minute":4294967295}})",
       "limits.minute: must be a whole number from 0 to 4294967294, but is 4294967295"},
      {head + R"("limits":[]})", "limits must be an object, but is an array"},
      {head + R"("allowed_routes":["v1"]})",
       "allowed_routes[0]: must be a path that starts with / and has no query, but is 'v1'"},
      {head + R"("allowed_routes":"/v1"})", "allowed_routes: must be an array, but is a string"},
      {head + R"("allowed_networks":["10.0.0.0/8", 5]})",
       "allowed_networks[1]: must be a string, but is a number"},
      {head + R"("usage_count":5})",
       "usage_count: is not a known field; known are name, description, is_active, expires_at, "
       "expires_in_seconds, "
       "plan, limits, allowed_routes, allowed_networks, user_id, user"},
  };
  for (const auto& [body, detail] : table) {
    const auto reply = call("POST", "/api/v1/keys", body);
    EXPECT_EQ(reply.status, 422) << body;
    EXPECT_EQ(reply.detail(), detail) << body;
  }
  EXPECT_EQ(call("POST", "/api/v1/keys", head + R"("allowed_networks":["10.0.0.1/8"]})").status, 422);
  EXPECT_TRUE(call("GET", "/api/v1/keys").json.at("items").as_array().empty());
  EXPECT_TRUE(call("GET", "/api/v1/users").json.at("items").as_array().empty());
}

TEST_F(KeyInput, AFieldGivenTwiceIsRefused) {
  const auto reply = call("POST", "/api/v1/keys", R"({"name":"a","user":"u","name":"b"})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.detail().find("field 'name' is given twice"), std::string::npos) << reply.detail();
}

TEST_F(KeyInput, WrongFieldsOfAPatchAreNamedAndChangeNothing) {
  const auto key = make_key();
  EXPECT_EQ(call("PATCH", key_path(key.id), R"({"is_active":false,"name":""})").status, 422);
  EXPECT_EQ(call("PATCH", key_path(key.id), R"({"user":"other"})").status, 422);
  EXPECT_EQ(call("PATCH", key_path(key.id), R"({"plan":"gold"})").status, 422);
  EXPECT_EQ(call("PATCH", key_path(99), R"({"name":"x"})").status, 404);
  EXPECT_EQ(status_of(key.secret), KeyStatus::kValid);
}

TEST_F(KeyInput, WrongParametersOfAListAreNamed) {
  const std::vector<WrongBody> table = {
      {"limit=0", "limit: must be a whole number from 1 to 1000, but is '0'"},
      {"limit=1001", "limit: must be a whole number from 1 to 1000, but is '1001'"},
      {"limit=5&limit=6", "limit: is given twice"},
      {"cursor=abc", "cursor: is not one this list gave out"},
      {"is_active=1", "is_active: must be true or false, but is '1'"},
      {"user_id=ada", "user_id: must be a whole number from 1 to 4294967295, but is 'ada'"},
      {"name=%zz", "name: has a broken percent-escape or is not UTF-8"},
      {"plan=x", "plan: is not a known parameter; known are user_id, is_active, limit, cursor"},
  };
  for (const auto& [query, detail] : table) {
    const auto reply = call("GET", "/api/v1/keys?" + query);
    EXPECT_EQ(reply.status, 422) << query;
    EXPECT_EQ(reply.detail(), detail) << query;
  }
}

TEST_F(KeyInput, ImportedKeysOfAnyFormatWorkAndAreNeverEchoed) {
  const auto reply = call("POST", "/api/v1/keys/import", R"({"items":[
    {"key":"sk-legacy-0123456789","name":"one","user":"ada"},
    {"key":"AAAAAAAA-BBBB-CCCC","name":"two","user":"bob","is_active":false,"expires_at":"2020-01-01T00:00:00Z"}]})");
  ASSERT_EQ(reply.status, 201) << reply.body;
  EXPECT_EQ(reply.json.at("imported"), 2);
  EXPECT_EQ(reply.body.find("legacy-0123456789"), std::string::npos);
  EXPECT_EQ(status_of("sk-legacy-0123456789"), KeyStatus::kValid);
  EXPECT_EQ(status_of("AAAAAAAA-BBBB-CCCC"), KeyStatus::kInactive);
  EXPECT_EQ(call("GET", "/api/v1/users").json.at("items").as_array().size(), 2U);
}

TEST_F(KeyInput, AnImportIsAllOrNoneAndNamesTheItemNotTheKey) {
  const auto key = make_key();
  const std::string good = R"({"key":"good-key-0001","name":"n","user":"u"},)";
  const std::vector<std::pair<std::string, WrongBody>> table = {
      {"422",
       {R"({"key":"short","name":"n","user":"u"})", "items[1].key: must be 8 to 256 characters, but has 5"}},
      {"422",
       {R"({"key":"with blank","name":"n","user":"u"})",
        "items[1].key: must be 8 to 256 visible ASCII characters without blanks, and one that begins like "
        "weir's own "
        "must have a right checksum"}},
      {"422", {R"({"key":"other-key-1","user":"u"})", "items[1].name: is required"}},
      {"422",
       {R"({"key":"other-key-1","name":"n","user":"u","plan":"x"})",
        "items[1].plan: 'x' is not a plan; there are none"}},
      {"422", {"7", "items[1] must be an object, but is a number"}},
      {"409",
       {R"({"key":"good-key-0001","name":"n","user":"u"})", "items[1].key: is the same as of items[0]"}},
      {"409",
       {R"({"key":")" + key.secret + R"(","name":"n","user":"u"})",
        "items[1].key: this key exists already, as key 1"}},
  };
  for (const auto& [status, wrong] : table) {
    const auto reply = call("POST", "/api/v1/keys/import", R"({"items":[)" + good + wrong.body + "]}");
    EXPECT_EQ(std::to_string(reply.status), status) << wrong.body;
    EXPECT_EQ(reply.detail(), wrong.detail);
  }
  EXPECT_EQ(status_of("good-key-0001"), KeyStatus::kUnknown);
  EXPECT_EQ(call("POST", "/api/v1/keys/import", R"({"items":{}})").status, 422);
  EXPECT_EQ(call("POST", "/api/v1/keys/import", "{}").detail(), "items: is required");
}

TEST_F(KeyInput, AnImportOfTenThousandKeysIsTaken) {
  std::string body = R"({"items":[)";
  for (int i = 0; i < 10'000; ++i) {
    body += (i == 0 ? "" : ",") + std::string(R"({"key":"imported-key-)") + std::to_string(i) +
            R"(","name":"n","user":"u)" + std::to_string(i % 10) + "\"}";
  }
  const auto over = body + R"(,{"key":"one-too-many","name":"n","user":"u"}]})";
  EXPECT_EQ(call("POST", "/api/v1/keys/import", over).detail(),
            "items: must have at most 10000 items, but has 10001");
  EXPECT_EQ(call("POST", "/api/v1/keys/import", body + "]}").status, 201);
  EXPECT_EQ(status_of("imported-key-9999"), KeyStatus::kValid);
}

}  // namespace
}  // namespace weir::test
