#include <gmock/gmock.h>

#include "admin/admin_fixture.h"
#include "usage/access_log.h"

namespace weir {
namespace {

using testing::HasSubstr;

constexpr std::string_view kLine = R"(a - - [01/Aug/1995:00:00:07 +0000] "GET /x HTTP/1.0" 200 5)";

class ImportRoutes : public test::AdminTest {
 protected:
  static std::string body(const std::string& more = "", const std::string& format = "common") {
    return R"({"name":"a.log","head_bytes":60,"head_sha256":")" + std::string(64, 'a') + R"(","format":")" +
           format + "\"" + more + "}";
  }
  std::uint32_t open(const std::string& more = "", const std::string& format = "common") {
    const auto reply = call("POST", "/api/v1/imports", body(more, format));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json.at("id").to_number<std::uint32_t>();
  }
  test::Reply feed(std::uint32_t id, std::uint64_t offset, const std::string& text) {
    return call("POST", "/api/v1/imports/" + std::to_string(id) + "/lines?offset=" + std::to_string(offset),
                text);
  }
};

TEST_F(ImportRoutes, AKnownFileIsTheSameImport) {
  const auto id = open();
  EXPECT_EQ(open(), id);
  restart();
  EXPECT_EQ(open(), id);
}

TEST_F(ImportRoutes, RefusesOtherOptionsForAFileWithCalls) {
  ASSERT_EQ(feed(open(), 0, std::string(kLine) + "\n").status, 200);
  const auto reply = call("POST", "/api/v1/imports", body(R"(,"key_field":"user")"));
  EXPECT_EQ(reply.status, 409);
  EXPECT_THAT(reply.detail(), HasSubstr("read with other options"));
}

TEST_F(ImportRoutes, AnImportWithoutCallsBeginsAnewWithOtherOptions) {
  const auto id = open();
  ASSERT_EQ(feed(id, 0, "not a line\n").status, 200);
  EXPECT_EQ(open(R"(,"key_field":"user")"), id);
  const auto reply = call("GET", "/api/v1/imports/" + std::to_string(id));
  EXPECT_EQ(reply.json.at("accepted_bytes").to_number<int>(), 0);
  EXPECT_EQ(reply.json.at("options").at("key_field").as_string(), "user");
  const auto fed = feed(id, 0,
                        R"(a - nobody [01/Aug/1995:00:00:07 +0000] "GET /x HTTP/1.0" 200 5)"
                        "\n");
  EXPECT_EQ(fed.json.at("report").at("unknown_keys").to_number<int>(), 1) << fed.body;
  restart();
  EXPECT_EQ(open(R"(,"key_field":"user")"), id);
}

TEST_F(ImportRoutes, ALineSpreadOverPiecesIsPassedOverOnce) {
  const auto id = open();
  const std::string call_line = std::string(kLine) + "\n";
  const std::string part(kAccessLogLineMax + 1, 'x');
  std::uint64_t offset = 0;
  std::uint64_t calls = 0;
  std::uint64_t unreadable = 0;
  for (const std::string& piece : {call_line + part, part, std::string(kLine) + "\n" + call_line}) {
    const auto reply = feed(id, offset, piece);
    ASSERT_EQ(reply.status, 200) << reply.body;
    calls += reply.json.at("report").at("calls").to_number<std::uint64_t>();
    unreadable += reply.json.at("report").at("unreadable").to_number<std::uint64_t>();
    offset += piece.size();
  }
  EXPECT_EQ(calls, 2U);
  EXPECT_EQ(unreadable, 1U);
}

TEST_F(ImportRoutes, RefusesCallsOfTheFuture) {
  const auto id = open();
  const std::string text = R"(a - - [31/Dec/9999:00:00:07 +0000] "GET /x HTTP/1.0" 200 5)"
                           "\n";
  const auto reply = feed(id, 0, text);
  EXPECT_EQ(reply.json.at("report").at("calls").to_number<int>(), 0);
  EXPECT_THAT(reply.body, HasSubstr("its time is more than a day ahead of now"));
  EXPECT_FALSE(imports_->take());
}

TEST_F(ImportRoutes, CountsCallsOlderThanTheCallLogKeeps) {
  calls_kept_from_ = clock_.utc() - std::chrono::days(7);
  const auto reply = feed(open(), 0, std::string(kLine) + "\n");
  EXPECT_EQ(reply.json.at("report").at("calls").to_number<int>(), 1);
  EXPECT_EQ(reply.json.at("report").at("not_kept").to_number<int>(), 1);
}

TEST_F(ImportRoutes, TakesWhatWeirsOwnExportTells) {
  const auto id = open(R"(,"key_field":"api_key_id")", "json");
  const std::string text =
      R"({"api_key_id":null,"method":"GET","status_code":429,"created_at":"2026-11-20T10:00:00Z","path":"",)"
      R"("request_id":"r-1","outcome":"limited","bytes_in":17,"refused_window":"hour","shadow_limited":false})"
      "\n";
  ASSERT_EQ(feed(id, 0, text).status, 200);
  const auto chunk = imports_->take();
  ASSERT_TRUE(chunk);
  const UsageRecord& record = chunk->entries.front().record;
  EXPECT_EQ(record.outcome, Outcome::kLimited);
  EXPECT_EQ(record.refused_window, 1);
  EXPECT_EQ(record.bytes_in, 17U);
  EXPECT_EQ(record.request_id_text, "r-1");
}

TEST_F(ImportRoutes, HandsCallsToThePipelineWithTheBytesBehindThem) {
  const auto id = open();
  const std::string text = std::string(kLine) + "\nnot a line\n";
  const auto reply = feed(id, 0, text);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json.at("accepted_bytes").to_number<std::uint64_t>(), text.size());
  EXPECT_FALSE(reply.json.at("settled").as_bool());
  const auto& report = reply.json.at("report");
  EXPECT_EQ(report.at("calls").to_number<int>(), 1);
  EXPECT_EQ(report.at("unreadable").to_number<int>(), 1);
  EXPECT_EQ(report.at("problems").as_array().at(0).at("offset").to_number<std::size_t>(), kLine.size() + 1);

  const auto chunk = imports_->take();
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->journal, kFirstImportJournal + id);
  EXPECT_EQ(chunk->entries.front().next.bytes, kLine.size() + 1);
  EXPECT_EQ(chunk->entries.front().record.path, "/x");
  EXPECT_EQ(chunk->entries.front().record.status, 200);
}

TEST_F(ImportRoutes, FindsTheKeyByIdOrBySecret) {
  const auto key = make_key();
  const auto id = open(R"(,"key_field":"key")");
  const auto with = [](const std::string& value) { return std::string(kLine) + " key=" + value + "\n"; };
  const auto reply =
      feed(id, 0, with(std::to_string(key.id)) + with(key.secret) + with("nobody") + with("-"));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json.at("report").at("unknown_keys").to_number<int>(), 1);
  EXPECT_EQ(reply.json.at("report").at("without_key").to_number<int>(), 1);
  EXPECT_EQ(reply.body.find(key.secret), std::string::npos);
  const auto chunk = imports_->take();
  ASSERT_TRUE(chunk);
  ASSERT_EQ(chunk->entries.size(), 4U);
  EXPECT_EQ(chunk->entries[0].record.key, KeyId(key.id));
  EXPECT_EQ(chunk->entries[1].record.key, KeyId(key.id));
  EXPECT_TRUE(chunk->entries[1].record.user);
  EXPECT_FALSE(chunk->entries[2].record.key);
}

TEST_F(ImportRoutes, TakesAPieceOnlyWhereTheLastOneEnded) {
  const auto id = open();
  const std::string text = std::string(kLine) + "\n";
  EXPECT_EQ(feed(id, 5, text).status, 409);
  EXPECT_EQ(feed(id, 0, text).status, 200);
  const auto again = feed(id, 0, text);
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.detail(), HasSubstr("the next byte of import 1 is " + std::to_string(text.size())));
}

TEST_F(ImportRoutes, WhatWasNotStoredIsAskedForAgainAfterARestart) {
  const auto id = open();
  const std::string text = std::string(kLine) + "\n";
  ASSERT_EQ(feed(id, 0, text).status, 200);
  restart();
  const auto reply = call("GET", "/api/v1/imports/" + std::to_string(id));
  EXPECT_EQ(reply.json.at("accepted_bytes").to_number<int>(), 0);
  EXPECT_TRUE(reply.json.at("settled").as_bool());
}

TEST_F(ImportRoutes, SaysThatAPieceWaitsWhenTheStoreIsBehind) {
  const auto id = open();
  const std::string text = std::string(kLine) + "\n";
  for (std::size_t i = 0; i < ImportQueue::kChunksMax; ++i)
    ASSERT_EQ(feed(id, i * text.size(), text).status, 200);
  const auto full = feed(id, ImportQueue::kChunksMax * text.size(), text);
  EXPECT_EQ(full.status, 200);
  EXPECT_EQ(full.json.at("accepted_bytes").to_number<std::size_t>(), ImportQueue::kChunksMax * text.size());
}

TEST_F(ImportRoutes, NamesWhatIsWrong) {
  const auto refused = [this](const std::string& text) {
    return call("POST", "/api/v1/imports", text).detail();
  };
  EXPECT_THAT(refused("{}"), HasSubstr("name"));
  EXPECT_THAT(refused(body(R"(,"key_id":99)")), HasSubstr("key_id: there is no key 99"));
  EXPECT_THAT(refused(body(R"(,"fields":{"time":"t"})")), HasSubstr("fields: is for the format json only"));
  EXPECT_THAT(refused(R"({"name":"a","head_bytes":1,"head_sha256":"x","format":"xml"})"),
              HasSubstr("head_sha256"));
  const auto id = open();
  EXPECT_EQ(feed(id, 0, "").status, 422);
  EXPECT_EQ(feed(77, 0, "x\n").status, 404);
  EXPECT_THAT(call("POST", "/api/v1/imports/1/lines", "x\n").detail(), HasSubstr("offset: is required"));
}

}  // namespace
}  // namespace weir
