#include "app/key_flags.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace weir {
namespace {

const UtcTime kNow = *parse_rfc3339("2026-11-23T10:00:00Z");

std::string fields(const KeyFlags& flags) {
  const auto body = key_fields(flags, kNow);
  return body ? boost::json::serialize(*body) : body.error().detail;
}

TEST(KeyFlags, WhatIsNotGivenIsNotSent) {
  EXPECT_EQ(fields({}), "{}");
}

TEST(KeyFlags, AUserIsANameOrAnId) {
  EXPECT_EQ(fields({.user = "alice"}), R"({"user":"alice"})");
  EXPECT_EQ(fields({.user = "7"}), R"({"user_id":7})");
  EXPECT_EQ(fields({.user = "7up"}), R"({"user":"7up"})");
}

TEST(KeyFlags, AnExpiryIsADurationADateATimeOrNever) {
  EXPECT_EQ(fields({.expires = "24h"}), R"({"expires_at":"2026-11-24T10:00:00.000000Z"})");
  EXPECT_EQ(fields({.expires = "2027-01-31"}), R"({"expires_at":"2027-01-31T00:00:00.000000Z"})");
  EXPECT_EQ(fields({.expires = "2027-01-31T12:00:00+02:00"}),
            R"({"expires_at":"2027-01-31T10:00:00.000000Z"})");
  EXPECT_EQ(fields({.expires = "never"}), R"({"expires_at":null})");
  EXPECT_NE(fields({.expires = "soon"}).find("'soon' is no time"), std::string::npos);
}

TEST(KeyFlags, LimitsAreByWindow) {
  EXPECT_EQ(fields({.limits = {"minute=5", "day=unlimited"}}), R"({"limits":{"minute":5,"day":null}})");
  EXPECT_EQ(fields({.limits = {"none"}}), R"({"limits":{}})");
}

TEST(KeyFlags, ABrokenLimitNamesItself) {
  for (const auto* text : {"minute", "=5", "minute=", "minute=-1", "minute=5x", "minute=99999999999"}) {
    EXPECT_NE(fields({.limits = {text, "day=1"}}).find(std::string("not '") + text), std::string::npos)
        << text;
  }
}

TEST(KeyFlags, NoPlanIsNull) {
  EXPECT_EQ(fields({.plan = "none"}), R"({"plan":null})");
  EXPECT_EQ(fields({.plan = "partner"}), R"({"plan":"partner"})");
}

TEST(KeyFlags, NoneTakesRestrictionsAway) {
  EXPECT_EQ(fields({.routes = {"/v1", "/v2"}, .networks = {"none"}}),
            R"({"allowed_routes":["/v1","/v2"],"allowed_networks":[]})");
}

}  // namespace
}  // namespace weir
