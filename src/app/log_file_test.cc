#include "app/log_file.h"

#include <sstream>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(LogFile, GivesWholeLinesAndTheOffsetTheyBeginAt) {
  const std::string line(1000, 'x');
  std::string text;
  for (int i = 0; i < 5000; ++i) text += line + '\n';
  std::istringstream input(text);
  LogFile file(input, "a.log", LastLine::kWaits);
  std::string joined;
  for (;;) {
    const auto piece = file.next();
    ASSERT_TRUE(piece) << piece.error().detail;
    if (piece->empty()) break;
    EXPECT_EQ(file.offset(), joined.size());
    EXPECT_TRUE(piece->ends_with('\n'));
    EXPECT_LE(piece->size(), LogFile::kPieceBytes);
    joined += *piece;
  }
  EXPECT_EQ(joined, text);
  EXPECT_EQ(file.offset(), text.size());
}

TEST(LogFile, LeavesALastLineWithoutLineFeed) {
  std::istringstream input("a\nbc");
  LogFile file(input, "a.log", LastLine::kWaits);
  EXPECT_EQ(*file.next(), "a\n");
  EXPECT_EQ(*file.next(), "");
  EXPECT_EQ(file.offset(), 2U);
  EXPECT_EQ(file.unfinished(), 2U);
}

TEST(LogFile, TakesALastLineWithoutLineFeedOfAFinishedFile) {
  std::istringstream input("a\nb");
  LogFile file(input, "a.log", LastLine::kTaken);
  EXPECT_EQ(*file.next(), "a\n");
  EXPECT_EQ(*file.next(), "b");
  EXPECT_EQ(*file.next(), "");
  EXPECT_EQ(file.unfinished(), 0U);
}

TEST(LogFile, GivesALineLongerThanAPieceInParts) {
  const std::string text = "a\n" + std::string(2 * LogFile::kPieceBytes, 'x') + "\nb\n";
  std::istringstream input(text);
  LogFile file(input, "a.log", LastLine::kWaits);
  std::string joined;
  for (;;) {
    const auto piece = file.next();
    ASSERT_TRUE(piece) << piece.error().detail;
    if (piece->empty()) break;
    EXPECT_LE(piece->size(), LogFile::kPieceBytes);
    joined += *piece;
  }
  EXPECT_EQ(joined, text);
}

TEST(LogFile, ReadingTheHeadTakesNothingAway) {
  std::istringstream input("a\nb\n");
  LogFile file(input, "a.log", LastLine::kWaits);
  EXPECT_EQ(*file.head(3), "a\nb");
  EXPECT_EQ(*file.head(100), "a\nb\n");
  EXPECT_EQ(*file.next(), "a\nb\n");
}

TEST(LogFile, GoesOnFromAnOffset) {
  std::istringstream input("one\ntwo\n");
  LogFile file(input, "a.log", LastLine::kWaits);
  ASSERT_TRUE(file.skip_to(4));
  EXPECT_EQ(*file.next(), "two\n");
  EXPECT_EQ(file.offset(), 4U);
}

TEST(LogFile, SaysWhenItIsShorterThanWhatWasImported) {
  std::istringstream input("one\n");
  LogFile file(input, "a.log", LastLine::kWaits);
  const auto skipped = file.skip_to(10);
  ASSERT_FALSE(skipped);
  EXPECT_NE(skipped.error().detail.find("'a.log' ends at byte 4"), std::string::npos);
}

TEST(LogFile, RefusesWhatHasNoLines) {
  std::istringstream input(std::string(LogFile::kPieceBytes + 1, 'x'));
  LogFile file(input, "a.log", LastLine::kWaits);
  EXPECT_EQ(file.next().error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace weir
