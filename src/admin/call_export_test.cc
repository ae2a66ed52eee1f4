#include "admin/call_export.h"

#include <set>

#include <gmock/gmock.h>

#include "admin/admin_fixture.h"

namespace weir::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class CallExports : public AdminTest {
 protected:
  /// Stores `count` calls, a second after one another.
  void store_calls(std::size_t count, const std::string& path = "/v1/things",
                   const std::string& request_id = "") {
    UsageRecord record;
    record.key = KeyId(7);
    record.user = UserId(3);
    record.method = Method::kGet;
    record.status = 200;
    record.response_time = Micros(1500);
    record.path = path;
    record.request_id_text = request_id;
    std::vector<UsageRecord> records(count, record);
    std::vector<CallEntry> entries;
    for (UsageRecord& one : records) {
      one.at = clock_.utc() + Seconds(stored_++);
      entries.push_back({0, JournalPosition{stored_}, &one, {}, "/v1/{id}"});
    }
    ASSERT_TRUE(store_->calls().append(entries));
  }

  std::string whole(CallFilter filter, ExportFormat format, std::uint64_t most = 1'000'000'000) {
    CallExport source(store_->calls(), std::move(filter), format, most);
    std::string text;
    for (;;) {
      auto piece = source.next();
      EXPECT_TRUE(piece) << piece.error().detail;
      if (!piece) return text;
      text += piece->data;
      if (piece->last) return text;
    }
  }

  std::uint64_t stored_ = 0;
};

TEST_F(CallExports, CsvHasAHeaderAndALineACall) {
  store_calls(1);
  const std::string text = whole({}, ExportFormat::kCsv);
  EXPECT_THAT(text,
              StartsWith("id,user_id,api_key_id,endpoint,method,status_code,response_time,created_at,path,"
                         "request_id,outcome,upstream_time,source,bytes_in,bytes_out,refused_window,"
                         "shadow_limited\r\n"));
  EXPECT_THAT(text, HasSubstr(",3,7,/v1/{id},GET,200,0.0015,2026-11-23T00:00:00.000000Z,/v1/things,"));
  EXPECT_THAT(text, testing::EndsWith(",forwarded,0,,0,0,,false\r\n"));
}

TEST_F(CallExports, AnEmptyOneStillHasItsHeader) {
  EXPECT_THAT(whole({}, ExportFormat::kCsv), StartsWith("id,user_id,"));
  EXPECT_EQ(whole({}, ExportFormat::kNdjson), "");
}

TEST_F(CallExports, NoCellIsAFormulaOrBreaksItsLine) {
  store_calls(1, "/a,\"b\"\r\nc", "=HYPERLINK(1)");
  const std::string text = whole({}, ExportFormat::kCsv);
  EXPECT_THAT(text, HasSubstr(",\"/a,\"\"b\"\"\r\nc\","));
  EXPECT_THAT(text, HasSubstr(",\"'=HYPERLINK(1)\","));
}

TEST_F(CallExports, NdjsonIsAnObjectALine) {
  store_calls(3);
  const std::string text = whole({}, ExportFormat::kNdjson);
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); ++lines) {
    const std::size_t end = text.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_EQ(boost::json::parse(text.substr(at, end - at)).at("endpoint"), "/v1/{id}");
    at = end + 1;
  }
  EXPECT_EQ(lines, 3U);
}

TEST_F(CallExports, AHundredThousandCallsComeOnceInBoundedPieces) {
  constexpr std::size_t kCalls = 100'000;
  for (std::size_t done = 0; done < kCalls; done += 10'000) store_calls(10'000);
  CallExport source(store_->calls(), {}, ExportFormat::kNdjson, 1'000'000'000);
  std::set<std::string> ids;
  std::size_t rows = 0;
  for (bool last = false; !last;) {
    auto piece = source.next();
    ASSERT_TRUE(piece) << piece.error().detail;
    ASSERT_LE(piece->data.size(), 1000U * 1000U);
    last = piece->last;
    if (rows == 5000) store_calls(50);  // what comes meanwhile is not in it
    for (std::size_t at = piece->data.find("{\"id\":"); at != std::string::npos;
         at = piece->data.find("{\"id\":", at + 1), ++rows) {
      ids.insert(piece->data.substr(at + 6, piece->data.find(',', at) - at - 6));
    }
  }
  EXPECT_EQ(rows, kCalls);
  EXPECT_EQ(ids.size(), kCalls);
}

TEST_F(CallExports, EndsAtItsLimit) {
  store_calls(2500);
  for (const std::size_t most : {1U, 1000U, 1001U, 2500U, 3000U}) {
    const std::string text = whole({}, ExportFormat::kNdjson, most);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'),
              static_cast<std::ptrdiff_t>(std::min<std::size_t>(most, 2500)));
  }
}

TEST_F(CallExports, TheRouteSaysWhatItIsAndTakesTheFiltersOfTheLog) {
  store_calls(2);
  store_calls(1, "/other");
  net::ServiceRequest request{"GET",
                              "/api/v1/usage/export?format=ndjson&path=%2Fother",
                              {{"Authorization", "Bearer " + token_}},
                              "",
                              {}};
  const auto response = admin_->handle(std::move(request));
  EXPECT_EQ(response.status, 200);
  ASSERT_TRUE(response.source);
  const auto piece = response.source->next();
  ASSERT_TRUE(piece);
  EXPECT_TRUE(piece->last);
  EXPECT_EQ(std::count(piece->data.begin(), piece->data.end(), '\n'), 1);
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Content-Type", "application/x-ndjson")));
}

TEST_F(CallExports, WrongParametersAreRefusedBeforeItBegins) {
  EXPECT_EQ(call("GET", "/api/v1/usage/export?format=xml").detail(),
            "format: must be csv or ndjson, but is 'xml'");
  EXPECT_EQ(call("GET", "/api/v1/usage/export?limit=0").status, 422);
  EXPECT_EQ(call("GET", "/api/v1/usage/export?cursor=x").status, 422);
}

}  // namespace
}  // namespace weir::test
