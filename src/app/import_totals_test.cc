#include "app/import_totals.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace weir {
namespace {

using testing::HasSubstr;

ImportTotals totals_of(const std::string& report) {
  ImportTotals totals;
  EXPECT_TRUE(totals.add(boost::json::parse(R"({"report":)" + report + "}").as_object()));
  return totals;
}

TEST(ImportTotals, AddsUpPiecesAndKeepsTheFirstProblems) {
  const std::string piece =
      R"({"calls":3,"unreadable":4,"without_key":2,"unknown_keys":1,"problems":[)"
      R"({"offset":7,"reason":"a"},{"offset":8,"reason":"b"},{"offset":9,"reason":"c"}]})";
  ImportTotals totals = totals_of(piece);
  ASSERT_TRUE(totals.add(boost::json::parse(R"({"report":)" + piece + "}").as_object()));
  EXPECT_EQ(totals.calls, 6U);
  EXPECT_EQ(totals.unreadable, 8U);
  EXPECT_EQ(totals.problems.size(), ImportTotals::kProblemsShown);
  EXPECT_EQ(totals.problems.front(), "the line at byte 7: a");
}

TEST(ImportTotals, OneIsNotMany) {
  const auto one =
      totals_of(R"({"calls":1,"unreadable":1,"without_key":1,"unknown_keys":1,"not_kept":1})").to_text();
  EXPECT_EQ(one,
            "1 call is imported.\n1 of them belongs to no key.\n"
            "1 of them names a key there is not: it is under no key.\n"
            "1 of them is older than usage.retention.calls: soon gone from the call log, in totals as long "
            "as usage.retention.days says.\n"
            "1 line could not be read and was passed over:\n");
  const auto many = totals_of(R"({"calls":2000,"unreadable":2})").to_text();
  EXPECT_EQ(many, "2,000 calls are imported.\n2 lines could not be read and were passed over:\n");
}

TEST(ImportTotals, SaysThatALastLineWaits) {
  ImportTotals totals;
  totals.unfinished_bytes = 9;
  EXPECT_THAT(totals.to_text(), HasSubstr("has no line feed yet"));
}

TEST(ImportTotals, AnAnswerOfAnotherShapeIsAnError) {
  ImportTotals totals;
  EXPECT_EQ(totals.add({}).error().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace weir
