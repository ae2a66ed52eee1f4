#include "gateway/limit_headers.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

Decision decided(const LimitSettings& settings) {
  Decision decision;
  decision.settings = &settings;
  decision.settings_generation = 1;
  decision.window_count = static_cast<std::uint8_t>(settings.windows.size());
  for (std::size_t i = 0; i < settings.windows.size(); ++i) {
    decision.windows[i] = {settings.windows[i].limit, settings.windows[i].limit - 5,
                           settings.windows[i].seconds};
  }
  return decision;
}

TEST(LimitHeaders, AreTheSpecificationsNine) {
  const LimitSettings settings;
  std::string out;
  LimitHeaders().append(out, decided(settings), false);
  EXPECT_EQ(
      out,
      "X-RateLimit-Minute-Limit: 100\r\nX-RateLimit-Minute-Remaining: 95\r\nX-RateLimit-Minute-Reset: 60\r\n"
      "X-RateLimit-Hour-Limit: 1000\r\nX-RateLimit-Hour-Remaining: 995\r\nX-RateLimit-Hour-Reset: 3600\r\n"
      "X-RateLimit-Day-Limit: 10000\r\nX-RateLimit-Day-Remaining: 9995\r\nX-RateLimit-Day-Reset: 86400\r\n");
}

TEST(LimitHeaders, TheDraftsAreStructuredLists) {
  LimitSettings settings;
  settings.windows = {{"minute", 60, 100}, {"per_week", 604800, kUnlimited}, {"hour", 3600, 1000}};
  std::string out;
  LimitHeaders().append(out, decided(settings), true);
  EXPECT_NE(out.find("RateLimit-Policy: \"minute\";q=100;w=60, \"hour\";q=1000;w=3600\r\n"
                     "RateLimit: \"minute\";r=95;t=60, \"hour\";r=995;t=3600\r\n"),
            std::string::npos)
      << out;
  EXPECT_EQ(out.find("Week"), std::string::npos);
}

TEST(LimitHeaders, FollowNewSettings) {
  LimitSettings settings;
  settings.windows = {{"minute", 60, 100}};
  LimitHeaders headers;
  std::string out;
  headers.append(out, decided(settings), false);
  settings.windows = {{"per_day", 86400, 7}};
  auto decision = decided(settings);
  decision.settings_generation = 2;
  out.clear();
  headers.append(out, decision, false);
  EXPECT_EQ(out,
            "X-RateLimit-Per-Day-Limit: 7\r\nX-RateLimit-Per-Day-Remaining: 2\r\nX-RateLimit-Per-Day-Reset: "
            "86400\r\n");
}

}  // namespace
}  // namespace weir
