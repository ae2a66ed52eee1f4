#include "app/import_reader.h"

#include <sstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string read(const std::string& text, ImportFormat format = ImportFormat::kCsv) {
  std::istringstream input(text);
  ImportReader reader(input, "keys", format);
  const auto batch = reader.next(1000);
  return batch ? boost::json::serialize(*batch) : batch.error().detail;
}

TEST(ImportReader, ReadsCsvByItsColumnNames) {
  EXPECT_EQ(read("name,key,user_id\nshop,k-1,7\nware,k-2,8\n"),
            R"([{"name":"shop","key":"k-1","user_id":7},{"name":"ware","key":"k-2","user_id":8}])");
}

TEST(ImportReader, ReadsQuotedCells) {
  EXPECT_EQ(read("key,name\r\nk-1,\"a \"\"b\"\", c\nd\"\r\n"), R"([{"key":"k-1","name":"a \"b\", c\nd"}])");
}

TEST(ImportReader, ToleratesAByteOrderMarkBlankLinesAndNoLastNewline) {
  EXPECT_EQ(read("\xEF\xBB\xBFkey,name\n\nk-1,shop"), R"([{"key":"k-1","name":"shop"}])");
}

TEST(ImportReader, AnEmptyCellIsNoValue) {
  EXPECT_EQ(read("key,plan\nk-1,\n"), R"([{"key":"k-1"}])");
}

TEST(ImportReader, AWrongNumberOfCellsNamesItsLine) {
  EXPECT_EQ(read("key,name\nk-1,a\nk-2\n"), "keys:3: 1 cells, where the first line names 2 columns");
}

TEST(ImportReader, AFileWithoutHeaderIsRefusedWithoutRepeatingItsKeys) {
  const std::string problem = read("sk_live_secret,shop\n");
  EXPECT_THAT(problem, HasSubstr("keys:1: the first line must name columns"));
  EXPECT_THAT(problem, Not(HasSubstr("sk_live_secret")));
}

TEST(ImportReader, AMistypedColumnIsCorrected) {
  EXPECT_THAT(read("key,nmae\n"), HasSubstr("did you mean name?"));
}

TEST(ImportReader, AForgottenQuoteNamesTheLineItBeganOn) {
  EXPECT_EQ(read("key,name\nk-1,\"shop\nk-2,b\n"), "keys:2: a quote is opened and never closed");
}

TEST(ImportReader, AKeyMustBeThere) {
  EXPECT_EQ(read("key,name\n,shop\n"), "keys:2: there is no key");
}

TEST(ImportReader, AnEmptyFileSaysWhatItShouldHold) {
  EXPECT_THAT(read(""), HasSubstr("as key,name,user"));
}

TEST(ImportReader, ReadsNdjson) {
  EXPECT_EQ(read("{\"key\":\"k-1\"}\n\n{\"key\":\"k-2\",\"limits\":{\"minute\":5}}\n", ImportFormat::kNdjson),
            R"([{"key":"k-1"},{"key":"k-2","limits":{"minute":5}}])");
}

TEST(ImportReader, BrokenNdjsonNamesItsLineAndNotItsText) {
  EXPECT_EQ(read("{\"key\":\"k-1\"}\n{\"key\": secret\n", ImportFormat::kNdjson),
            "keys:2: is not one JSON object");
}

TEST(ImportReader, GivesBatchesUntilTheEnd) {
  std::istringstream input("key\na\nb\nc\n");
  ImportReader reader(input, "keys", ImportFormat::kCsv);
  EXPECT_EQ(reader.next(2)->size(), 2U);
  EXPECT_EQ(reader.next(2)->size(), 1U);
  EXPECT_EQ(reader.next(2)->size(), 0U);
  EXPECT_EQ(reader.bytes_read(), 10U);
}

TEST(ImportReader, ALineLongerThanItsBufferIsReadWhole) {
  const std::string name(10'000, 'x');
  EXPECT_EQ(read("key,name\nk," + name + "\n"), "[{\"key\":\"k\",\"name\":\"" + name + "\"}]");
}

TEST(ImportReader, AnEndlessLineIsRefused) {
  EXPECT_THAT(read("key\n" + std::string(200'000, 'x')), HasSubstr("longer than 65536 bytes"));
}

TEST(ImportReader, AServersSentenceGetsTheLineOfItsKey) {
  std::istringstream input("key,name\na,1\n\nb,2\nc,3\n");
  ImportReader reader(input, "keys", ImportFormat::kCsv);
  ASSERT_TRUE(reader.next(1));
  ASSERT_TRUE(reader.next(2));
  EXPECT_EQ(reader.with_line("items[0].key: is short"), "keys:4: key: is short");
  EXPECT_EQ(reader.with_line("items[1].plan: wrong"), "keys:5: plan: wrong");
  EXPECT_EQ(reader.with_line("items[7].key: x"), "items[7].key: x");
  EXPECT_EQ(reader.with_line("the disk is full"), "the disk is full");
}

TEST(ImportReader, TellsTheFormatsApart) {
  EXPECT_EQ(detect_import_format("  \n{\"key\""), ImportFormat::kNdjson);
  EXPECT_EQ(detect_import_format("key,name\n"), ImportFormat::kCsv);
}

}  // namespace
}  // namespace weir
