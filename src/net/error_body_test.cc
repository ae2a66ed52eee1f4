#include "net/error_body.h"

#include <gtest/gtest.h>

namespace weir::net {
namespace {

TEST(ErrorBody, IsADetailAsJson) {
  const auto body = error_body(false, 404, "no \"x\" here");
  EXPECT_EQ(body.content_type, "application/json");
  EXPECT_EQ(body.text, R"({"detail":"no \"x\" here"})");
}

TEST(ErrorBody, IsAProblemWithTheStatusAndItsName) {
  const auto body = error_body(true, 422, "limit: must be 1 to 1000");
  EXPECT_EQ(body.content_type, "application/problem+json");
  EXPECT_EQ(
      body.text,
      R"({"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"limit: must be 1 to 1000"})");
}

TEST(ErrorBody, AProblemNamesTheViolatedPolicy) {
  EXPECT_EQ(
      error_body(true, 429, "later", "minute").text,
      R"({"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Too Many Requests",)"
      R"("status":429,"detail":"later","violated-policies":["minute"]})");
  EXPECT_EQ(error_body(false, 429, "later", "minute").text, R"({"detail":"later"})");
}

TEST(ErrorBody, ProblemDetailsAreForThoseWhoAskForThem) {
  EXPECT_TRUE(prefers_problem_json("application/problem+json"));
  EXPECT_TRUE(prefers_problem_json("application/json;q=0.5, Application/Problem+JSON"));
  EXPECT_FALSE(prefers_problem_json("application/json, application/problem+json;q=0.9"));
  EXPECT_FALSE(prefers_problem_json("application/problem+json;q=0.5, application/json"));
  EXPECT_FALSE(prefers_problem_json("*/*"));
  EXPECT_FALSE(prefers_problem_json("application/problem+json;q=0"));
  EXPECT_FALSE(prefers_problem_json(""));
}

}  // namespace
}  // namespace weir::net
