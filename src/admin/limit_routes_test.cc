#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

class LimitRoutes : public AdminTest {
 protected:
  std::uint32_t limit_in_force(const std::string& secret) {
    const auto match = find(secret);
    const EpochGuard guard;
    return limiter_->peek(match.id, match.quota, clock_.instant()).windows[0].limit;
  }

  static constexpr const char* kTwoWindows =
      R"({"algorithm":"sliding","shadow":false,"windows":[{"name":"minute","seconds":60,"limit":7},)"
      R"({"name":"week","seconds":604800,"limit":null}],"plans":{"partner":{"minute":70}},"source":"api"})";
};

TEST_F(LimitRoutes, ShowsTheSpecificationsLimitsUnlessSet) {
  EXPECT_EQ(call("GET", "/api/v1/limits").body,
            R"({"algorithm":"fixed","shadow":false,"windows":[{"name":"minute","seconds":60,"limit":100},)"
            R"({"name":"hour","seconds":3600,"limit":1000},{"name":"day","seconds":86400,"limit":10000}],)"
            R"("plans":{},"source":"configuration"})");
}

TEST_F(LimitRoutes, ASettingIsInForceAtOnceAnnouncedAndSurvivesARestart) {
  const auto key = make_key();
  const auto reply = call("PUT", "/api/v1/limits", kTwoWindows);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, kTwoWindows);
  EXPECT_EQ(limit_in_force(key.secret), 7U);
  ASSERT_EQ(announced_.size(), 1U);
  EXPECT_EQ(announced_[0].windows[1].name, "week");
  restart();
  EXPECT_EQ(call("GET", "/api/v1/limits").body, kTwoWindows);
  EXPECT_EQ(limit_in_force(key.secret), 7U);
  EXPECT_EQ(announced_.size(), 2U);
}

TEST_F(LimitRoutes, APlanAppliesToItsKeysAndFollowsItsChange) {
  static_cast<void>(call("PUT", "/api/v1/limits", kTwoWindows));
  const auto key = make_key(R"(,"plan":"partner")");
  EXPECT_EQ(limit_in_force(key.secret), 70U);
  static_cast<void>(
      call("PUT", "/api/v1/limits",
           R"({"windows":[{"name":"minute","seconds":60,"limit":7}],"plans":{"partner":{"minute":9}}})"));
  EXPECT_EQ(limit_in_force(key.secret), 9U);
}

TEST_F(LimitRoutes, APlanInUseCannotVanish) {
  static_cast<void>(call("PUT", "/api/v1/limits", kTwoWindows));
  const auto key = make_key(R"(,"plan":"partner")");
  const std::string without = R"({"windows":[{"name":"minute","seconds":60,"limit":7}]})";
  auto reply = call("PUT", "/api/v1/limits", without);
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.detail(),
            "limits.plans: 'partner' cannot go: 1 key uses it (1); give them another plan first");
  EXPECT_EQ(call("DELETE", "/api/v1/limits").status, 409);
  restart();
  EXPECT_EQ(call("PUT", "/api/v1/limits", without).status, 409);
  EXPECT_EQ(limit_in_force(key.secret), 70U);
  static_cast<void>(call("PATCH", key_path(key.id), R"({"plan":null})"));
  EXPECT_EQ(call("PUT", "/api/v1/limits", without).status, 200);
}

TEST_F(LimitRoutes, TheConfigurationsLimitsAreInForceUntilLimitsAreSet) {
  const auto key = make_key();
  auto other = configured_;
  other.windows[0].limit = 11;
  ASSERT_TRUE(admin_->set_configured_limits(other));
  EXPECT_EQ(limit_in_force(key.secret), 11U);
  static_cast<void>(call("PUT", "/api/v1/limits", kTwoWindows));
  other.windows[0].limit = 12;
  ASSERT_TRUE(admin_->set_configured_limits(other));
  EXPECT_EQ(limit_in_force(key.secret), 7U);
  EXPECT_EQ(call("DELETE", "/api/v1/limits").status, 200);
  EXPECT_EQ(limit_in_force(key.secret), 12U);
  restart();
  EXPECT_EQ(limit_in_force(key.secret), 100U);
}

TEST_F(LimitRoutes, AWrongConfigurationIsRefusedAndChangesNothing) {
  const auto key = make_key();
  LimitSettings wrong;
  wrong.windows.clear();
  EXPECT_EQ(admin_->set_configured_limits(wrong).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(limit_in_force(key.secret), 100U);
}

TEST_F(LimitRoutes, WrongInputNamesFieldBoundAndValue) {
  const auto window = [](const std::string& fields) { return R"({"windows":[{)" + fields + "}]}"; };
  const std::vector<std::pair<std::string, std::string>> table = {
      {"{}", "windows: is required"},
      {R"({"windows":[]})", "limits.windows: 1 to 7 windows are possible, 0 are given"},
      {R"({"windows":5})", "windows: must be an array, but is a number"},
      {R"({"windows":[5]})", "windows[0] must be an object, but is a number"},
      {window(R"("name":"minute","seconds":60)"), "windows[0].limit: is required"},
      {window(R"("name":"Minute","seconds":60,"limit":1)"),
       "limits.windows: name 'Minute' is not 1 to 32 of a-z, 0-9 and _, starting with a letter"},
      {window(R"("name":"m","seconds":0,"limit":1)"),
       "limits.windows: seconds of 'm' is 1 to 31622400, not 0"},
      {window(R"("name":"m","seconds":60,"limit":"1")"),
       "windows[0].limit: must be a whole number, but is a string"},
      {window(R"("name":"m","seconds":60,"limit":1,"burst":2)"),
       "windows[0].burst: is not a known field; known are name, seconds, limit"},
      {R"({"algorithm":"leaky","windows":[]})", "algorithm: must be fixed or sliding, but is 'leaky'"},
      {R"({"windows":[{"name":"m","seconds":60,"limit":1}],"plans":{"p":{"x":1}}})",
       "limits.plans: plan 'p' names 'x', which is no window"},
      {R"({"windows":[{"name":"m","seconds":60,"limit":1}],"plans":{"p":5}})",
       "plans.p must be an object, but is a number"},
  };
  for (const auto& [body, detail] : table) {
    const auto reply = call("PUT", "/api/v1/limits", body);
    EXPECT_EQ(reply.status, 422) << body;
    EXPECT_EQ(reply.detail(), detail) << body;
  }
  EXPECT_TRUE(announced_.empty());
}

}  // namespace
}  // namespace weir::test
