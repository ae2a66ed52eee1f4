#include "base/csv.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

std::string field(std::string_view text) {
  std::string out;
  append_csv_field(out, text);
  return out;
}

TEST(Csv, QuotesWhatNeedsIt) {
  EXPECT_EQ(field("plain"), "plain");
  EXPECT_EQ(field("a,b"), "\"a,b\"");
  EXPECT_EQ(field("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(field("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(field(""), "");
}

TEST(Csv, NoFieldIsAFormula) {
  EXPECT_EQ(field("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(field("@SUM(A1)"), "\"'@SUM(A1)\"");
  EXPECT_EQ(field("-cmd|' /C calc'!A0"), "\"'-cmd|' /C calc'!A0\"");
  EXPECT_EQ(field("-12.5"), "-12.5");
  EXPECT_EQ(field("+3"), "+3");
}

TEST(Csv, ALineEndsWithCrLf) {
  std::string out;
  append_csv_line(out, std::vector<std::string>{"a", "b c", "d,e"});
  EXPECT_EQ(out, "a,b c,\"d,e\"\r\n");
}

}  // namespace
}  // namespace weir
