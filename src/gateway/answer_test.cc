#include "gateway/answer.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr const char* kDate = "Mon, 23 Nov 2026 10:00:00 GMT";

Refusal limited() {
  return {Outcome::kLimited, 429, "Rate limit exceeded for minute. Try again in 60 seconds", 60, "minute"};
}

TEST(Answer, IsTheSpecificationsJson) {
  std::string out;
  append_refusal(out, refusal_for(Outcome::kMissingKey), {}, kDate);
  EXPECT_TRUE(out.starts_with("HTTP/1.1 401 Unauthorized\r\n")) << out;
  EXPECT_TRUE(out.ends_with("\r\n\r\n{\"detail\":\"Missing API key\"}")) << out;
  EXPECT_NE(out.find("WWW-Authenticate: ApiKey\r\n"), std::string::npos);
  EXPECT_NE(out.find("Content-Type: application/json\r\n"), std::string::npos);
}

TEST(Answer, ARefusedLimitSaysWhenToComeBack) {
  std::string out;
  append_refusal(out, limited(), {}, kDate);
  EXPECT_NE(out.find("Retry-After: 60\r\n"), std::string::npos);
}

TEST(Answer, ProblemDetailsNameThePolicy) {
  RequestContext context;
  context.wants_problem_json = true;
  std::string out;
  append_refusal(out, limited(), context, kDate);
  EXPECT_NE(out.find("Content-Type: application/problem+json\r\n"), std::string::npos);
  EXPECT_TRUE(out.ends_with(
      R"({"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Too Many Requests",)"
      R"("status":429,"detail":"Rate limit exceeded for minute. Try again in 60 seconds",)"
      R"("violated-policies":["minute"]})"))
      << out;
}

TEST(Answer, AHeadRequestGetsNoBodyButItsLength) {
  RequestContext context;
  context.method = Method::kHead;
  std::string out;
  EXPECT_EQ(append_refusal(out, refusal_for(Outcome::kMissingKey), context, kDate), 0U);
  EXPECT_TRUE(out.ends_with("\r\n\r\n"));
  EXPECT_NE(out.find("Content-Length: 28\r\n"), std::string::npos) << out;
}

TEST(Answer, WhatWouldHelpSomebodyGuessLooksTheSame) {
  for (const Outcome outcome : {Outcome::kMalformedKey, Outcome::kUnknownKey, Outcome::kExpiredKey}) {
    EXPECT_EQ(refusal_for(outcome).detail, "Invalid API key");
    EXPECT_EQ(refusal_for(outcome).status, 401);
  }
}

}  // namespace
}  // namespace weir
