// The audit log tells of every change by whom, what it was and what it became: through the API itself.
#include "admin/admin_fixture.h"
#include "admin/refused_attempts.h"
#include "store/sqlite_connection.h"

namespace weir::test {
namespace {

class AuditRoutes : public AdminTest {
 protected:
  boost::json::array entries(const std::string& query = "") {
    const auto reply = call("GET", "/api/v1/audit" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.status == 200 ? reply.json.at("items").as_array() : boost::json::array{};
  }
  boost::json::object newest() {
    const auto found = entries("?limit=1");
    return found.empty() ? boost::json::object{} : found[0].as_object();
  }
};

TEST_F(AuditRoutes, ANewKeyAndItsNewOwnerAreTwoEntries) {
  const auto made = make_key(R"(,"plan":null)");
  const auto found = entries();
  ASSERT_EQ(found.size(), 2U);
  const auto& key = found[0].as_object();
  EXPECT_EQ(key.at("action"), "key.create");
  EXPECT_EQ(key.at("subject_type"), "key");
  EXPECT_EQ(key.at("subject_id"), boost::json::value(std::to_string(made.id)));
  EXPECT_EQ(key.at("actor"), "admin.token");
  EXPECT_EQ(key.at("token_id"), nullptr);
  EXPECT_EQ(key.at("role"), "admin");
  EXPECT_EQ(key.at("via"), "api");
  EXPECT_EQ(key.at("before"), nullptr);
  EXPECT_EQ(key.at("after").at("name"), "n");
  EXPECT_EQ(key.at("created_at"), "2026-11-23T00:00:00.000000Z");
  EXPECT_EQ(found[1].at("action"), "user.create");
  EXPECT_EQ(found[1].at("after").at("name"), "ada");
}

TEST_F(AuditRoutes, AnEntryTellsWhereTheCallCameFrom) {
  const auto reply = send({"POST",
                           "/api/v1/users",
                           {{"Authorization", "Bearer " + token_},
                            {"Content-Type", "application/json"},
                            {"User-Agent", "weir/1.2.3"},
                            {"X-Request-Id", "mine-1"}},
                           R"({"name":"bob"})",
                           *IpAddress::parse("192.0.2.7")});
  ASSERT_EQ(reply.status, 201);
  const auto entry = newest();
  EXPECT_EQ(entry.at("via"), "cli");
  EXPECT_EQ(entry.at("source"), "192.0.2.7");
  EXPECT_EQ(entry.at("request_id"), "mine-1");
}

TEST_F(AuditRoutes, ASecretIsInNoEntry) {
  const auto made = make_key();
  const auto rotated = call("POST", key_path(made.id, "/rotate"), "{}");
  static_cast<void>(call("PATCH", key_path(made.id), R"({"name":"new"})"));
  static_cast<void>(call("DELETE", key_path(made.id)));
  static_cast<void>(call("POST", "/api/v1/keys/import",
                         R"({"items":[{"key":"sk-old-0123456789","name":"old","user":"bob"}]})"));
  const auto all = call("GET", "/api/v1/audit").body;
  EXPECT_EQ(all.find(made.secret), std::string::npos);
  EXPECT_EQ(all.find(std::string(rotated.json.at("key").as_string())), std::string::npos);
  EXPECT_EQ(all.find("sk-old-0123456789"), std::string::npos);
  EXPECT_EQ(all.find(token_), std::string::npos);
}

TEST_F(AuditRoutes, AChangeTellsOnlyWhatDiffers) {
  const auto made = make_key();
  static_cast<void>(call("PATCH", key_path(made.id), R"({"name":"new","is_active":true})"));
  const auto entry = newest();
  EXPECT_EQ(entry.at("action"), "key.update");
  EXPECT_EQ(boost::json::serialize(entry.at("before")), R"({"name":"n"})");
  EXPECT_EQ(boost::json::serialize(entry.at("after")), R"({"name":"new"})");
}

TEST_F(AuditRoutes, EveryKindOfChangeHasAnEntry) {
  const auto made = make_key();
  static_cast<void>(call("POST", key_path(made.id, "/rotate"), "{}"));
  static_cast<void>(call("PATCH", "/api/v1/users/1", R"({"is_active":false})"));
  static_cast<void>(
      call("PUT", "/api/v1/limits", R"({"windows":[{"name":"minute","seconds":60,"limit":5}]})"));
  static_cast<void>(call("DELETE", "/api/v1/limits"));
  static_cast<void>(call("DELETE", key_path(made.id)));
  std::vector<std::string> actions;
  for (const auto& entry : entries()) actions.emplace_back(entry.at("action").as_string());
  EXPECT_EQ(actions, (std::vector<std::string>{"key.delete", "limits.reset", "limits.update", "user.update",
                                               "key.rotate", "key.create", "user.create"}));
}

TEST_F(AuditRoutes, AnImportIsOneEntryThatNamesItsKeys) {
  static_cast<void>(call("POST", "/api/v1/keys/import",
                         R"({"items":[{"key":"sk-old-0123456789","name":"a","user":"bob"},)"
                         R"({"key":"sk-old-1123456789","name":"b","user":"bob"}]})"));
  const auto entry = newest();
  EXPECT_EQ(entry.at("action"), "key.import");
  EXPECT_EQ(entry.at("subject_id"), "1-2");
  EXPECT_EQ(entry.at("after").at("count"), 2);
}

TEST_F(AuditRoutes, WhatWasRefusedHasNoEntry) {
  static_cast<void>(call("POST", "/api/v1/users", R"({"name":"ada"})"));
  EXPECT_EQ(call("POST", "/api/v1/users", R"({"name":"ada"})").status, 409);
  EXPECT_EQ(call("DELETE", key_path(9)).status, 404);
  EXPECT_EQ(call("PATCH", "/api/v1/users/1", R"({"name":""})").status, 422);
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(AuditRoutes, HasFiltersAndPages) {
  for (const auto* name : {"a", "b", "c"})
    static_cast<void>(call("POST", "/api/v1/users", std::string(R"({"name":")") + name + "\"}"));
  clock_.advance(Seconds(60));
  static_cast<void>(make_key());
  EXPECT_EQ(entries("?action=user.create").size(), 4U);
  EXPECT_EQ(entries("?subject=user:2").size(), 1U);
  EXPECT_EQ(entries("?subject=key").size(), 1U);
  EXPECT_EQ(entries("?actor=admin.token").size(), 5U);
  EXPECT_EQ(entries("?actor=nobody").size(), 0U);
  EXPECT_EQ(entries("?from=2026-11-23T00:00:30Z").size(), 2U);
  EXPECT_EQ(entries("?to=2026-11-23T00:00:30Z").size(), 3U);
  const auto first = call("GET", "/api/v1/audit?limit=2");
  const std::string cursor(first.json.at("next_cursor").as_string());
  EXPECT_EQ(entries("?limit=1000&cursor=" + cursor).size(), 3U);
  EXPECT_EQ(call("GET", "/api/v1/audit?subject=key:").status, 422);
  EXPECT_EQ(call("GET", "/api/v1/audit?cursor=AAAA").status, 422);
  EXPECT_EQ(call("GET", "/api/v1/audit?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z").status, 422);
}

TEST_F(AuditRoutes, WhatIsNotedIsWrittenByTheNextTick) {
  Actor actor;
  actor.name = "SIGHUP";
  actor.via = Via::kSignal;
  admin_->audit().note(actor, {"configuration.reload", "configuration", "", "{}", "{}"});
  EXPECT_TRUE(entries().empty());
  admin_->tick();
  EXPECT_EQ(newest().at("via"), "signal");
  admin_->tick();
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(AuditRoutes, EntriesOlderThanTheRetentionAreRemoved) {
  static_cast<void>(call("POST", "/api/v1/users", R"({"name":"old"})"));
  clock_.advance(Seconds(731LL * 86400));
  static_cast<void>(call("POST", "/api/v1/users", R"({"name":"new"})"));
  admin_->tick();
  const auto left = entries();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].at("after").at("name"), "new");
}

TEST_F(AuditRoutes, WhatHasNoRoomForItsEntryIsNeitherKeptNorInForce) {
  const auto made = make_key();
  const auto limits = call("GET", "/api/v1/limits").body;
  {
    auto other = SqliteConnection::open(folder_ / "weir.db", SqliteAccess::kReadWrite);
    ASSERT_TRUE(other && other->execute("ALTER TABLE audit_log RENAME TO away"));
  }
  EXPECT_EQ(call("PATCH", key_path(made.id), R"({"is_active":false})").status, 500);
  EXPECT_EQ(call("POST", key_path(made.id, "/rotate"), R"({"grace_seconds":0})").status, 500);
  EXPECT_EQ(call("DELETE", key_path(made.id)).status, 500);
  EXPECT_EQ(call("POST", "/api/v1/users", R"({"name":"eve"})").status, 500);
  EXPECT_EQ(call("POST", "/api/v1/tokens", R"({"name":"eve","role":"admin"})").status, 500);
  EXPECT_EQ(call("PUT", "/api/v1/limits", R"({"windows":[{"name":"minute","seconds":60,"limit":5}]})").status,
            500);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(status_of(made.secret), KeyStatus::kValid);
    EXPECT_EQ(call("GET", key_path(made.id)).json.at("is_active"), true);
    EXPECT_EQ(call("GET", "/api/v1/users").json.at("items").as_array().size(), 1U);
    EXPECT_TRUE(call("GET", "/api/v1/tokens").json.at("items").as_array().empty());
    EXPECT_EQ(call("GET", "/api/v1/limits").body, limits);
    if (i == 0) restart();
  }
}

TEST_F(AuditRoutes, WhatIsNotedWhileTheStoreTakesNothingWaitsUpToABound) {
  Actor nobody;
  for (std::size_t i = 0; i < AuditTrail::kPendingMax + 5; ++i)
    admin_->audit().note(nobody, {"session.refuse", "session", std::to_string(i), "", ""});
  admin_->tick();
  AuditFilter filter;
  filter.limit = 1;
  const auto newest = store_->audit().list(filter);
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->front().change.subject_id, std::to_string(AuditTrail::kPendingMax - 1));
}

TEST_F(AuditRoutes, AFloodOfRefusalsIsAFewEntries) {
  RefusedAttempts refused(admin_->audit());
  for (std::uint32_t source = 1; source <= 1000; ++source)
    refused.count(IpAddress::v4(source), "Invalid bearer token", clock_.instant());
  clock_.advance(Seconds(60));
  refused.tick(clock_.instant());
  admin_->tick();
  const auto found = entries("?action=session.refuse&limit=1000");
  ASSERT_EQ(found.size(), RefusedAttempts::kSourcesMax + 1);
  EXPECT_EQ(found[0].at("after").at("attempts"), 1000 - RefusedAttempts::kSourcesMax);
}

}  // namespace
}  // namespace weir::test
