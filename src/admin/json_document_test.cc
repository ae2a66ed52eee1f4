#include "admin/json_document.h"

#include <string>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace weir {
namespace {

std::string problem_of(std::string_view text) {
  const auto document = parse_json_document(text);
  return document ? "" : document.error().detail;
}

TEST(JsonDocument, ReadsEveryKindOfValue) {
  const auto document = parse_json_document(R"( {"a":[1,-2,1.5,"x\n",true,null],"b":{"a":{}}} )");
  ASSERT_TRUE(document);
  EXPECT_EQ(boost::json::serialize(*document), R"({"a":[1,-2,1.5E0,"x\n",true,null],"b":{"a":{}}})");
}

TEST(JsonDocument, SaysWhereItIsWrong) {
  EXPECT_EQ(problem_of("{\"a\": 1,\n \"b\" 2}").find("The body is not valid JSON at line 2, column 6"), 0U);
  EXPECT_EQ(problem_of("{} {}").find("The body is not valid JSON at line 1, column 4"), 0U);
  EXPECT_EQ(problem_of("{\"a\""), "The body is not valid JSON at line 1, column 5: it ends too early");
}

TEST(JsonDocument, RefusesAFieldGivenTwiceInOneObjectOnly) {
  EXPECT_NE(problem_of(R"({"a":1,"a":2})").find("field 'a' is given twice"), std::string::npos);
  EXPECT_NE(problem_of(R"({"x":{"\u0061":1,"a":2}})").find("field 'a' is given twice"), std::string::npos);
  EXPECT_EQ(problem_of(R"({"a":{"a":1},"b":{"a":2}})"), "");
}

TEST(JsonDocument, ARepeatedNameThatMayBeASecretIsNotQuoted) {
  EXPECT_EQ(problem_of(R"({"weir_X_Secret":1,"weir_X_Secret":1})").find("Secret"), std::string::npos);
}

TEST(JsonDocument, RefusesWhatIsNotRfc8259) {
  for (const auto* text :
       {"", "nope", "{'a':1}", "[1,]", "{\"a\":NaN}", "\"\\ud800\"", "\"\xFF\"", "// c\n1", "01"}) {
    EXPECT_NE(problem_of(text), "") << text;
  }
}

TEST(JsonDocument, BoundsTheDepth) {
  EXPECT_EQ(problem_of(std::string(16, '[') + std::string(16, ']')), "");
  EXPECT_NE(problem_of(std::string(17, '[') + std::string(17, ']')).find("nested more than 16 deep"),
            std::string::npos);
  EXPECT_NE(problem_of(std::string(1 << 20, '[')), "");
}

}  // namespace
}  // namespace weir
