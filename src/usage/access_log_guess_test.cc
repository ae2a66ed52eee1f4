#include "usage/access_log_guess.h"

#include <string>

#include <gtest/gtest.h>

namespace weir {
namespace {

const std::string kCommonLine = R"(a - - [01/Aug/1995:00:00:07 +0000] "GET / HTTP/1.0" 200 5)";
const std::string kCombinedLine = kCommonLine + R"( "-" "agent")";

TEST(AccessLogGuess, TellsTheFormatsApart) {
  EXPECT_EQ(guess_access_log_format(kCommonLine + "\n"), AccessLogFormat::kCommon);
  EXPECT_EQ(guess_access_log_format(kCombinedLine + "\n"), AccessLogFormat::kCombined);
  EXPECT_EQ(guess_access_log_format(R"({"ts":1,"status":200,"uri":"/"})"), AccessLogFormat::kJson);
}

TEST(AccessLogGuess, TakesLinesThatEndAsOnWindows) {
  EXPECT_EQ(guess_access_log_format(kCommonLine + "\r\n"), AccessLogFormat::kCommon);
  EXPECT_EQ(guess_access_log_format(kCombinedLine + "\r\n"), AccessLogFormat::kCombined);
}

TEST(AccessLogGuess, LooksBehindLinesThatAreOfNoFormat) {
  EXPECT_EQ(guess_access_log_format("# a comment\n\n" + kCombinedLine + "\n"), AccessLogFormat::kCombined);
  EXPECT_EQ(guess_access_log_format("{broken\n" + kCommonLine + "\n"), AccessLogFormat::kCommon);
}

TEST(AccessLogGuess, TakesObjectsWithOtherNamesForJson) {
  EXPECT_EQ(guess_access_log_format("# a comment\n{\"when\":1}\n"), AccessLogFormat::kJson);
}

TEST(AccessLogGuess, KnowsNothingOfOtherText) {
  EXPECT_FALSE(guess_access_log_format(""));
  EXPECT_FALSE(guess_access_log_format("hello\nworld\n"));
}

TEST(AccessLogGuess, LooksAtTheFirstLinesOnly) {
  std::string text;
  for (std::size_t i = 0; i < kGuessLinesMax; ++i) text += "#\n";
  EXPECT_FALSE(guess_access_log_format(text + kCommonLine));
}

}  // namespace
}  // namespace weir
