#include "gateway/self_usage.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

const UtcTime kNow =
    UtcTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}} + std::chrono::hours(10);

RequestContext request(Method method, std::string path) {
  RequestContext context;
  context.method = method;
  context.path = std::move(path);
  return context;
}

TEST(SelfUsage, IsOnePathReadOnly) {
  EXPECT_TRUE(is_self_usage(request(Method::kGet, "/.weir/usage")));
  EXPECT_TRUE(is_self_usage(request(Method::kHead, "/.weir/usage")));
  EXPECT_FALSE(is_self_usage(request(Method::kPost, "/.weir/usage")));
  EXPECT_FALSE(is_self_usage(request(Method::kGet, "/.weir/usage/")));
  EXPECT_FALSE(is_self_usage(request(Method::kGet, "/.weir")));
}

TEST(SelfUsage, HoursAddUp) {
  const std::string usage =
      usage_json({{kNow - std::chrono::hours(1), 5, 1, 2}, {kNow, 7, 0, 3}}, kNow + std::chrono::minutes(30));
  EXPECT_EQ(usage,
            R"("last_24_hours":{"from":"2026-11-23T09:00:00.000000Z","to":"2026-11-23T10:30:00.000000Z",)"
            R"("requests":12,"errors":1,"limited":5},"hours":[)"
            R"({"from":"2026-11-23T09:00:00.000000Z","requests":5,"errors":1,"limited":2},)"
            R"({"from":"2026-11-23T10:00:00.000000Z","requests":7,"errors":0,"limited":3}])");
}

TEST(SelfUsage, TheBodyIsOneObject) {
  EXPECT_EQ(self_usage_body(KeyId(7), "[]", usage_json({}, kNow)),
            R"({"key_id":7,"limits":[],"last_24_hours":{"from":"2026-11-23T10:00:00.000000Z",)"
            R"("to":"2026-11-23T10:00:00.000000Z","requests":0,"errors":0,"limited":0},"hours":[]})");
}

}  // namespace
}  // namespace weir
