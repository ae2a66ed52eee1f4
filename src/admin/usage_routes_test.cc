#include "admin/usage_routes.h"

#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

class UsageRoutes : public AdminTest {
 protected:
  /// Stores a call a second after the one before.
  void store_call(std::uint32_t key, std::uint16_t status, std::string_view path,
                  Outcome outcome = Outcome::kForwarded) {
    UsageRecord record;
    record.at = clock_.utc() + Seconds(stored_);
    record.key = KeyId(key);
    record.user = UserId(key == 0 ? 0 : 3);
    record.method = Method::kGet;
    record.outcome = outcome;
    record.status = status;
    record.response_time = Micros{15'500};
    record.upstream_time = Micros{1};
    record.bytes_out = 9;
    record.source = IpAddress::parse("192.0.2.1").value();
    record.request_id_text = "req-1";
    record.path = path;
    CallEntry entry{0, JournalPosition{++stored_ * 100}, &record,
                    outcome == Outcome::kLimited ? "minute" : ""};
    ASSERT_TRUE(store_->calls().append({&entry, 1}));
  }

  std::vector<std::int64_t> statuses(const std::string& query) {
    const auto reply = call("GET", "/api/v1/usage" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    std::vector<std::int64_t> out;
    for (const auto& item : reply.json.at("items").as_array())
      out.push_back(item.at("status_code").as_int64());
    return out;
  }

  std::uint64_t stored_ = 0;
};

using Statuses = std::vector<std::int64_t>;

TEST_F(UsageRoutes, ACallHasAllFieldsAndSecondsInPlainDecimals) {
  store_call(7, 200, "/v1/x");
  const auto reply = call("GET", "/api/v1/usage");
  auto item = reply.json.at("items").at(0).as_object();
  item.erase("id");
  EXPECT_EQ(boost::json::serialize(item.at("created_at")), R"("2026-11-23T00:00:00.000000Z")");
  EXPECT_NE(
      reply.body.find(R"("user_id":3,"api_key_id":7,"endpoint":"/v1/x","method":"GET","status_code":200,)"
                      R"("response_time":0.0155,)"),
      std::string::npos)
      << reply.body;
  EXPECT_NE(
      reply.body.find(R"("path":"/v1/x","request_id":"req-1","outcome":"forwarded","upstream_time":0.000001,)"
                      R"("source":"192.0.2.1","bytes_in":0,"bytes_out":9,"refused_window":null,)"
                      R"("shadow_limited":false})"),
      std::string::npos)
      << reply.body;
}

TEST_F(UsageRoutes, ACallWithoutAKeyHasNullIds) {
  store_call(0, 401, "/x", Outcome::kMissingKey);
  const auto reply = call("GET", "/api/v1/usage");
  EXPECT_TRUE(reply.json.at("items").at(0).at("api_key_id").is_null());
  EXPECT_TRUE(reply.json.at("items").at(0).at("user_id").is_null());
}

TEST_F(UsageRoutes, FiltersNarrowTheLog) {
  store_call(7, 200, "/a");
  store_call(8, 503, "/b");
  store_call(7, 429, "/a", Outcome::kLimited);
  store_call(0, 502, "/b");
  EXPECT_EQ(statuses(""), (Statuses{502, 429, 503, 200}));
  EXPECT_EQ(statuses("?key_id=7"), (Statuses{429, 200}));
  EXPECT_EQ(statuses("?user_id=3&status=5xx"), (Statuses{503}));
  EXPECT_EQ(statuses("?status=5xx"), (Statuses{502, 503}));
  EXPECT_EQ(statuses("?status=429"), (Statuses{429}));
  EXPECT_EQ(statuses("?endpoint=%2Fa"), (Statuses{429, 200}));
  EXPECT_EQ(statuses("?path=%2Fb"), (Statuses{502, 503}));
  EXPECT_EQ(statuses("?outcome=limited"), (Statuses{429}));
  EXPECT_EQ(statuses("?min_response_time=0.0155&status=200"), (Statuses{200}));
  EXPECT_EQ(statuses("?min_response_time=0.015501"), (Statuses{}));
  EXPECT_EQ(statuses("?method=POST"), (Statuses{}));
  EXPECT_EQ(statuses("?request_id=req-1&limit=1"), (Statuses{502}));
  EXPECT_EQ(statuses("?from=2026-11-23T00:00:01Z&to=2026-11-23T00:00:03Z"), (Statuses{429, 503}));
  EXPECT_EQ(statuses("?from=2026-11-23T01:00:02+01:00"), (Statuses{502, 429}));
}

TEST_F(UsageRoutes, PagesCoverTheLogOnce) {
  for (int i = 0; i < 5; ++i) store_call(7, static_cast<std::uint16_t>(200 + i), "/a");
  const auto first = call("GET", "/api/v1/usage?limit=3");
  const std::string cursor(first.json.at("next_cursor").as_string());
  store_call(7, 299, "/a");  // what comes meanwhile moves no page
  EXPECT_EQ(statuses("?limit=3&cursor=" + cursor), (Statuses{201, 200}));
  EXPECT_TRUE(call("GET", "/api/v1/usage?limit=3&cursor=" + cursor).json.at("next_cursor").is_null());
}

TEST_F(UsageRoutes, PathsThatAreNotUtf8AreShownAllTheSame) {
  store_call(7, 200, "/a\xFF");
  EXPECT_EQ(call("GET", "/api/v1/usage").json.at("items").at(0).at("path"), "/a\xEF\xBF\xBD");
}

TEST_F(UsageRoutes, CallsUnderNoKeyAreListedByKeyZero) {
  store_call(7, 200, "/a");
  store_call(0, 401, "/b");
  const auto items = call("GET", "/api/v1/usage?key_id=0").json.at("items").as_array();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].at("path"), "/b");
}

TEST_F(UsageRoutes, WrongParametersNameBoundAndValue) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"status=6xx", "status: must be a status like 503 or a class like 5xx, but is '6xx'"},
      {"outcome=lost", "outcome: must be an outcome like limited, but is 'lost'"},
      {"min_response_time=1s", "min_response_time: must be seconds from 0 to 86400, but is '1s'"},
      {"min_response_time=-1", "min_response_time: must be seconds from 0 to 86400, but is '-1'"},
      {"status=99", "status: must be a status like 503 or a class like 5xx, but is '99'"},
      {"user_id=0", "user_id: must be a whole number from 1 to 4294967295, but is '0'"},
      {"key_id=4294967296", "key_id: must be a whole number from 0 to 4294967295, but is '4294967296'"},
      {"from=yesterday",
       "from: must be an RFC 3339 time like 2026-11-23T10:00:00Z, now, or a time before it like -24h, but is "
       "'yesterday'"},
      {"from=2026-11-23T02:00:00Z&to=2026-11-23T01:00:00Z",
       "from: must not be after to, but 2026-11-23T02:00:00.000000Z is after 2026-11-23T01:00:00.000000Z"},
      {"method=", "method: must be 1 to 32 bytes, but has 0"},
      {"limit=-1", "limit: must be a whole number from 1 to 1000, but is '-1'"},
      {"cursor=AAAAAAAAAAAAAAAAAAAA", "cursor: is not one this list gave out"},
      {"key=7",
       "key: is not a known parameter; known are key_id, user_id, endpoint, path, method, status, outcome, "
       "min_response_time, from, to, request_id, limit, cursor"},
  };
  for (const auto& [query, detail] : table) {
    const auto reply = call("GET", "/api/v1/usage?" + query);
    EXPECT_EQ(reply.status, 422) << query;
    EXPECT_EQ(reply.detail(), detail);
  }
}

}  // namespace
}  // namespace weir::test
