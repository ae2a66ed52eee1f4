#include "base/log.h"

#include <gtest/gtest.h>

namespace weir::log {
namespace {

constexpr const char* kTime = "2026-11-23T10:00:00.000000Z";

TEST(LogLine, TextQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(format_line(Format::kText, kTime, Level::kWarning, "journal is full",
                        {{"dropped", 3}, {"folder", "weir data"}, {"mode", "plain"}, {"on", true}}),
            "2026-11-23T10:00:00.000000Z WARNING  journal is full dropped=3 folder=\"weir data\" mode=plain "
            "on=true");
}

TEST(LogLine, JsonIsOneObject) {
  EXPECT_EQ(
      format_line(Format::kJson, kTime, Level::kInfo, "serving", {{"address", "[::]:8080"}, {"ratio", 0.5}}),
      R"({"time":"2026-11-23T10:00:00.000000Z","level":"INFO","event":"serving","address":"[::]:8080","ratio":0.5})");
}

TEST(LogLine, ControlCharactersCannotBreakALineOrDriveATerminal) {
  const auto text = format_line(Format::kText, kTime, Level::kInfo, "a\nb", {{"x", "\x1b[31m\r\n\"q\""}});
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find(R"(a\nb x="\u001b[31m\u000d\n\"q\"")"), std::string::npos) << text;
}

}  // namespace
}  // namespace weir::log
