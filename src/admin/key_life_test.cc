// The life of keys through the API, as the gateway's look-ups see it.
#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

using KeyLife = AdminTest;

TEST_F(KeyLife, ANewKeyWorksAtOnceAndHasAllFields) {
  const auto reply = call("POST", "/api/v1/keys", R"({
    "name": "Käse", "user": "ada", "description": "two\nlines", "limits": {"minute": 5, "day": null},
    "allowed_routes": ["/v1"], "allowed_networks": ["10.0.0.0/8"], "expires_in_seconds": 60})");
  ASSERT_EQ(reply.status, 201) << reply.body;
  const std::string secret(reply.json.at("key").as_string());
  EXPECT_EQ(secret.rfind("weir_test_", 0), 0U);
  EXPECT_EQ(status_of(secret), KeyStatus::kValid);
  EXPECT_EQ(reply.header("Location"), "/api/v1/keys/1");

  auto shown = call("GET", key_path(1)).json.as_object();
  EXPECT_NE(shown.at("key"), reply.json.at("key"));
  auto expected = reply.json.as_object();
  expected["key"] = shown.at("key");
  EXPECT_EQ(shown, expected);
  EXPECT_EQ(
      boost::json::serialize(shown),
      R"({"id":1,"user_id":1,"name":"Käse","description":"two\nlines","key":")" +
          std::string(shown.at("key").as_string()) +
          R"(","is_active":true,"usage_count":0,"last_used":null,"created_at":"2026-11-23T00:00:00.000000Z",)"
          R"("updated_at":"2026-11-23T00:00:00.000000Z","expires_at":"2026-11-23T00:01:00.000000Z",)"
          R"("plan":null,"limits":{"day":null,"minute":5},"allowed_routes":["/v1"],)"
          R"("allowed_networks":["10.0.0.0/8"],"rotation":null})");
}

TEST_F(KeyLife, TheSecretIsInNoLaterAnswer) {
  const auto key = make_key();
  const auto rotated = call("POST", key_path(key.id, "/rotate"));
  const std::string second(rotated.json.at("key").as_string());
  const auto secret_part = [](const std::string& secret) { return secret.substr(secret.size() - 20); };
  for (const auto& [method, target, body] :
       std::vector<std::array<std::string, 3>>{{"GET", "/api/v1/keys", ""},
                                               {"GET", key_path(key.id), ""},
                                               {"PATCH", key_path(key.id), R"({"name":"b"})"}}) {
    const auto reply = call(method, target, body);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body.find(secret_part(key.secret)), std::string::npos) << reply.body;
    EXPECT_EQ(reply.body.find(secret_part(second)), std::string::npos) << reply.body;
  }
  EXPECT_EQ(rotated.body.find(secret_part(key.secret)), std::string::npos);
}

TEST_F(KeyLife, AKeyStopsAtItsExpiry) {
  const auto key = make_key(R"(,"expires_in_seconds":60)");
  clock_.advance(Seconds{59});
  EXPECT_EQ(status_of(key.secret), KeyStatus::kValid);
  clock_.advance(Seconds{1});
  EXPECT_EQ(status_of(key.secret), KeyStatus::kExpired);
}

TEST_F(KeyLife, DeactivationAndActivationAreInForceAtOnce) {
  const auto key = make_key();
  EXPECT_EQ(call("PATCH", key_path(key.id), R"({"is_active":false})").status, 200);
  EXPECT_EQ(status_of(key.secret), KeyStatus::kInactive);
  EXPECT_EQ(call("PATCH", key_path(key.id), R"({"is_active":true})").status, 200);
  EXPECT_EQ(status_of(key.secret), KeyStatus::kValid);
}

TEST_F(KeyLife, ADeletedKeyIsUnknownAndItsIdIsNotUsedAgain) {
  const auto key = make_key();
  const auto reply = call("DELETE", key_path(key.id));
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(status_of(key.secret), KeyStatus::kUnknown);
  EXPECT_EQ(call("GET", key_path(key.id)).status, 404);
  EXPECT_EQ(call("DELETE", key_path(key.id)).status, 404);
  EXPECT_GT(make_key().id, key.id);
}

TEST_F(KeyLife, APatchLeavesWhatItDoesNotNameAndNullClears) {
  const auto key =
      make_key(R"(,"description":"d","limits":{"minute":5},"expires_in_seconds":60,"allowed_routes":["/a"])");
  auto reply = call("PATCH", key_path(key.id), R"({"name":"new"})");
  EXPECT_EQ(reply.json.at("name"), "new");
  EXPECT_EQ(reply.json.at("description"), "d");
  EXPECT_EQ(reply.json.at("limits").at("minute"), 5);
  reply = call("PATCH", key_path(key.id),
               R"({"description":null,"limits":null,"expires_at":null,"allowed_routes":null,"plan":null})");
  EXPECT_EQ(reply.json.at("description"), "");
  EXPECT_TRUE(reply.json.at("limits").as_object().empty());
  EXPECT_TRUE(reply.json.at("expires_at").is_null());
  EXPECT_TRUE(reply.json.at("allowed_routes").as_array().empty());
}

TEST_F(KeyLife, AChangedLimitIsInForceAtOnce) {
  const auto key = make_key(R"(,"limits":{"minute":5})");
  const auto limit_of = [&] {
    const auto match = find(key.secret);
    const EpochGuard guard;
    return limiter_->peek(match.id, match.quota, clock_.instant()).windows[0].limit;
  };
  EXPECT_EQ(limit_of(), 5U);
  static_cast<void>(call("PATCH", key_path(key.id), R"({"limits":{"minute":7}})"));
  EXPECT_EQ(limit_of(), 7U);
}

TEST_F(KeyLife, AnInactiveOwnersKeysAreInactive) {
  const auto key = make_key();
  const auto user = call("GET", key_path(key.id)).json.at("user_id").to_number<int>();
  const std::string path = "/api/v1/users/" + std::to_string(user);
  EXPECT_EQ(call("PATCH", path, R"({"is_active":false})").status, 200);
  EXPECT_EQ(status_of(key.secret), KeyStatus::kInactive);
  EXPECT_EQ(status_of(make_key().secret), KeyStatus::kInactive);
  restart();
  EXPECT_EQ(status_of(key.secret), KeyStatus::kInactive);
  EXPECT_EQ(call("PATCH", path, R"({"is_active":true})").status, 200);
  EXPECT_EQ(status_of(key.secret), KeyStatus::kValid);
}

TEST_F(KeyLife, KeysSurviveARestart) {
  const auto key = make_key(R"(,"limits":{"minute":5})");
  restart();
  const auto match = find(key.secret);
  EXPECT_EQ(match.status, KeyStatus::kValid);
  const EpochGuard guard;
  EXPECT_EQ(limiter_->take(match.id, match.quota, 1, clock_.instant()).windows[0].remaining, 4U);
}

TEST_F(KeyLife, ListsComeInPagesAndCanBeFiltered) {
  for (int i = 0; i < 5; ++i) make_key(i % 2 == 1 ? R"(,"is_active":false)" : "");
  auto page = call("GET", "/api/v1/keys?limit=2");
  EXPECT_EQ(page.json.at("items").as_array().size(), 2U);
  std::vector<std::int64_t> ids;
  for (std::string cursor;;) {
    page = call("GET", "/api/v1/keys?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const auto& item : page.json.at("items").as_array()) ids.push_back(item.at("id").as_int64());
    if (page.json.at("next_cursor").is_null()) break;
    cursor = page.json.at("next_cursor").as_string();
    ASSERT_LE(ids.size(), 5U);
  }
  EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(call("GET", "/api/v1/keys?is_active=false").json.at("items").as_array().size(), 2U);
  EXPECT_EQ(call("GET", "/api/v1/keys?user_id=99").json.at("items").as_array().size(), 0U);
  EXPECT_TRUE(call("GET", "/api/v1/keys?limit=5").json.at("next_cursor").is_null());
}

}  // namespace
}  // namespace weir::test
