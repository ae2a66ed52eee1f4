#include "base/json_escape.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_json_escaped(out, text);
  return out;
}

TEST(JsonEscape, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(escaped("a/b \xC3\xA4 'x'"), "a/b \xC3\xA4 'x'");
}

TEST(JsonEscape, EscapesWhatWouldEndTheStringOrTheLine) {
  EXPECT_EQ(escaped("a\"b\\c\nd"), R"(a\"b\\c\nd)");
  EXPECT_EQ(escaped(std::string_view("\0\t\r\x1B\x7F", 5)), R"(\u0000\u0009\u000d\u001b\u007f)");
}

TEST(JsonEscape, AStringHasItsQuotes) {
  std::string out = "x";
  append_json_string(out, "a\"");
  EXPECT_EQ(out, R"(x"a\"")");
}

}  // namespace
}  // namespace weir
