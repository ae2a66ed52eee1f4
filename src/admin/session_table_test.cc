#include "admin/session_table.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr Instant kStart{std::chrono::hours{1}};
constexpr UtcTime kSignedIn{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

SessionTable table_of(SessionRules rules) {
  return SessionTable(rules, std::string(32, 'p'));
}

TEST(SessionTable, EndsASessionThatIsIdle) {
  auto table = table_of({.idle = Seconds(60), .lifetime = Seconds(600)});
  const auto opened = *table.open(TokenId(1), kStart, kSignedIn);
  EXPECT_TRUE(table.find(opened.secret, kStart + Seconds(59)));
  EXPECT_TRUE(table.find(opened.secret, kStart + Seconds(118)));
  EXPECT_FALSE(table.find(opened.secret, kStart + Seconds(178)));
}

TEST(SessionTable, EndsASessionAtItsLifetimesEndHoweverBusy) {
  auto table = table_of({.idle = Seconds(60), .lifetime = Seconds(100)});
  const auto opened = *table.open(TokenId(1), kStart, kSignedIn);
  EXPECT_EQ(opened.session.expires_at, kSignedIn + Seconds(100));
  EXPECT_EQ(table.find(opened.secret, kStart + Seconds(50))->expires_at, opened.session.expires_at);
  EXPECT_TRUE(table.find(opened.secret, kStart + Seconds(99)));
  EXPECT_FALSE(table.find(opened.secret, kStart + Seconds(100)));
  EXPECT_EQ(table.size(), 0U);
}

TEST(SessionTable, AtTheBoundOfATokenItsSessionIdleLongestEnds) {
  auto table = table_of({.of_one_token_max = 2});
  const auto first = *table.open(TokenId(1), kStart, kSignedIn);
  const auto second = *table.open(TokenId(1), kStart + Seconds(1), kSignedIn);
  const auto other = *table.open(TokenId(2), kStart, kSignedIn);
  EXPECT_TRUE(table.find(first.secret, kStart + Seconds(2)));
  const auto third = *table.open(TokenId(1), kStart + Seconds(3), kSignedIn);
  EXPECT_FALSE(table.find(second.secret, kStart + Seconds(3)));
  for (const auto& kept : {first, third, other}) EXPECT_TRUE(table.find(kept.secret, kStart + Seconds(3)));
}

TEST(SessionTable, AtTheBoundOfAllTheOneIdleLongestEnds) {
  auto table = table_of({.sessions_max = 2});
  const auto first = *table.open(TokenId(1), kStart, kSignedIn);
  const auto second = *table.open(TokenId(2), kStart + Seconds(1), kSignedIn);
  const auto third = *table.open(TokenId(3), kStart + Seconds(2), kSignedIn);
  EXPECT_EQ(table.size(), 2U);
  EXPECT_FALSE(table.find(first.secret, kStart + Seconds(2)));
  EXPECT_TRUE(table.find(second.secret, kStart + Seconds(2)));
}

TEST(SessionTable, ClosesOneOrAllOfAToken) {
  auto table = table_of({});
  const auto first = *table.open(TokenId(1), kStart, kSignedIn);
  const auto second = *table.open(TokenId(1), kStart, kSignedIn);
  static_cast<void>(*table.open(TokenId(2), kStart, kSignedIn));
  EXPECT_TRUE(table.close(first.secret));
  EXPECT_FALSE(table.close(first.secret));
  EXPECT_EQ(table.close_all_of(TokenId(1)), 1U);
  EXPECT_FALSE(table.find(second.secret, kStart));
  EXPECT_EQ(table.size(), 1U);
}

TEST(SessionTable, ForgetsWhatHasEnded) {
  auto table = table_of({.idle = Seconds(60)});
  static_cast<void>(*table.open(TokenId(1), kStart, kSignedIn));
  table.tick(kStart + Seconds(59));
  EXPECT_EQ(table.size(), 1U);
  table.tick(kStart + Seconds(60));
  EXPECT_EQ(table.size(), 0U);
}

TEST(SessionTable, SecretsAreNeverTheSameAndDamagedOnesOpenNothing) {
  auto table = table_of({});
  const auto first = *table.open(TokenId(1), kStart, kSignedIn);
  const auto second = *table.open(TokenId(1), kStart, kSignedIn);
  EXPECT_NE(first.secret, second.secret);
  EXPECT_NE(first.session.csrf_token, second.session.csrf_token);
  EXPECT_FALSE(table.find("", kStart));
  EXPECT_FALSE(table.find(first.secret + "x", kStart));
  EXPECT_FALSE(table.find(first.session.csrf_token, kStart));
}

}  // namespace
}  // namespace weir
