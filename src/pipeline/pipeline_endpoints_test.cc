#include <array>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace weir {
namespace {

TEST_F(PipelineTest, StoresTheEndpointOfEachCall) {
  path_ = "/v1/things/17";
  call(1);
  path_ = "/nowhere";
  call(1, 0, 404);
  drain();
  path_ = "/v1/things/18";
  call(1, 0, 404);  // settled by now
  drain();
  const auto found = rows();
  EXPECT_EQ(found.at(2).endpoint, "/v1/things/{id}");
  EXPECT_EQ(found.at(2).path, "/v1/things/17");
  EXPECT_EQ(found.at(1).endpoint, "(other)");
  EXPECT_EQ(found.at(0).endpoint, "/v1/things/{id}");
  EXPECT_EQ(endpoints_->names()->size(), 1U);
  restart();
  EXPECT_EQ(endpoints_->names()->name(EndpointId(1)), "/v1/things/{id}");
}

TEST_F(PipelineTest, ARefusedCallHasTheNameThatTheStepBeforeItMet) {
  call(1);
  drain();  // a commit: the next is not due for a while
  path_ = "/v1/things/17";
  call(1);
  keep();
  ASSERT_TRUE(step());
  call(1, 0, 429);
  keep();
  ASSERT_TRUE(step());
  EXPECT_EQ(rows().at(0).endpoint, "/v1/things/{id}");
  EXPECT_EQ(endpoints_->settled(), EndpointId(2));
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, NewRulesHoldForTheCallsThatFollow) {
  path_ = "/v1/things/17";
  call(1);
  drain();
  auto rules = std::make_shared<EndpointRules>();
  ASSERT_TRUE(rules->templates.add("/v1/things/{thing}"));
  pipeline_->set_endpoint_rules(rules);
  call(1);
  drain();
  EXPECT_EQ(rows().at(0).endpoint, "/v1/things/{thing}");
  EXPECT_EQ(rows().at(1).endpoint, "/v1/things/{id}");
}

TEST_F(PipelineTest, AppendsNoCallWhoseEndpointIsNotStored) {
  store_->fail_endpoints = 1;
  call(1);
  keep();
  EXPECT_FALSE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("endpoints"));
  drain();
  EXPECT_EQ(rows().at(0).endpoint, "/v1/things");
  expect_all_counted_once();
}

struct ImportedCall {
  const char* path;
  std::uint16_t status;
};

/// An import's calls, one a byte of its file, from what the store has of it on.
class ImportEndpoints : public PipelineTest {
 protected:
  static constexpr JournalIndex kImport = kFirstImportJournal + 1;

  void send(const std::vector<ImportedCall>& calls) {
    ImportChunk chunk;
    chunk.journal = kImport;
    for (std::uint64_t i = imports_->committed(kImport).bytes; i < calls.size(); ++i) {
      ImportChunk::Entry entry;
      entry.next = {i + 1};
      entry.record.at = kNow - std::chrono::hours(1) + Seconds(i);
      entry.record.status = calls[i].status;
      entry.record.path = calls[i].path;
      chunk.entries.push_back(entry);
    }
    if (chunk.entries.empty()) return;
    ASSERT_TRUE(imports_->offer(chunk, Millis(0)));
  }

  /// What the roll-ups count under each endpoint, and the call log.
  std::pair<std::map<std::string, std::uint64_t>, std::map<std::string, std::uint64_t>> counted() {
    SummaryQuery query;
    query.range = {kNow - std::chrono::days(1), now_ + std::chrono::days(1)};
    query.group_by = GroupBy::kEndpoint;
    const auto names = endpoints_->names();
    const auto summary = make_usage_queries(*store_, [names] { return names; })->summary(query);
    EXPECT_TRUE(summary);
    std::map<std::string, std::uint64_t> sums;
    for (const UsageGroup& group : summary->groups)
      sums[std::string(names->name(EndpointId(static_cast<EndpointId::Value>(group.id))))] =
          group.totals.requests;
    std::map<std::string, std::uint64_t> logged;
    for (const CallRow& row : rows()) ++logged[row.endpoint];
    return {sums, logged};
  }
};

TEST_F(ImportEndpoints, AStepSaysWhetherItStoredImportedCalls) {
  send({{"/v1/things/1", 200}});
  ASSERT_EQ(*step(), 1U);
  EXPECT_TRUE(pipeline_->importing());
  call(1);
  keep();
  ASSERT_EQ(*step(), 1U);
  EXPECT_FALSE(pipeline_->importing());
}

TEST_F(ImportEndpoints, CallsSentAgainAfterOtherCallsKeepTheirEndpoints) {
  const std::vector<ImportedCall> calls{{"/new", 200}, {"/new", 404}, {"/later", 200}};
  send(calls);
  store_->fail_commit = 1;
  EXPECT_FALSE(step());
  store_->fail_commit = 0;
  for (int run = 0; run < 2; ++run) {  // calls of the gateway settle the names meanwhile
    restart();
    path_ = "/other";
    call(1);
    drain();
  }
  send(calls);
  drain();
  const auto [sums, logged] = counted();
  EXPECT_EQ(sums, logged);
  EXPECT_EQ(logged.at("/new"), 2U);
}

TEST_F(ImportEndpoints, ACallThatShowsNothingHasTheNameACallBeforeItShowed) {
  send({{"/a", 404}, {"/a", 200}, {"/a", 404}, {"/b", 404}, {"/b", 200}});
  drain();
  const auto [sums, logged] = counted();
  EXPECT_EQ(sums, logged);
  EXPECT_EQ(logged, (std::map<std::string, std::uint64_t>{{"(other)", 2}, {"/a", 2}, {"/b", 1}}));
}

TEST_F(ImportEndpoints, WhatWasSettledBeforeNamesThem) {
  path_ = "/known";
  call(1);
  drain();
  std::vector<ImportedCall> calls{{"/known", 404}, {"/new", 200}};
  send(calls);
  drain();
  calls.push_back({"/new", 404});  // settled by the commit of the first two
  send(calls);
  drain();
  restart();
  calls.push_back({"/new", 404});
  send(calls);
  drain();
  const auto [sums, logged] = counted();
  EXPECT_EQ(sums, logged);
  EXPECT_EQ(logged, (std::map<std::string, std::uint64_t>{{"/known", 2}, {"/new", 3}}));
}

TEST_F(ImportEndpoints, CallsReadAgainAfterKillsKeepTheirEndpoints) {
  std::mt19937 random(7);
  std::vector<ImportedCall> calls;
  constexpr std::array<const char*, 8> kPaths = {"/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h"};
  for (int round = 0; round < 80; ++round) {
    for (std::size_t i = random() % 6; i > 0; --i) {
      path_ = kPaths[random() % kPaths.size()];
      call(1, random() % 2, static_cast<std::uint16_t>(random() % 2 == 0 ? 200 : 404));
    }
    for (std::size_t i = random() % 6; i > 0; --i)
      calls.push_back(
          {kPaths[random() % kPaths.size()], static_cast<std::uint16_t>(random() % 3 == 0 ? 200 : 404)});
    keep();
    if (random() % 2 == 0) send(calls);
    store_->fail_commit = random() % 3 == 0 ? 1 : 0;
    store_->lose_commit_answer = random() % 5 == 0 ? 1 : 0;
    now_ += Millis(static_cast<int>(random() % 300));
    static_cast<void>(step());
    // Whoever sends an import goes on where the store is, so what waits is stored first.
    if (random() % 3 == 0) {
      restart();
      continue;
    }
    store_->fail_commit = store_->lose_commit_answer = 0;
    drain();
  }
  store_->fail_commit = store_->lose_commit_answer = 0;
  send(calls);
  drain();
  const auto [sums, logged] = counted();
  EXPECT_EQ(sums, logged);
}

// FailingStore checks that a record read again is given the endpoint it had, whatever is in a batch with it.
TEST_F(PipelineTest, CallsReadAgainAfterAKillKeepTheirEndpoints) {
  std::mt19937 random(5);
  rules_->detected_max = 6;
  restart();
  for (int round = 0; round < 60; ++round) {
    for (std::size_t i = random() % 12; i > 0; --i) {
      path_ = {'/', static_cast<char>('a' + random() % 10)};
      call(1, random() % 2, static_cast<std::uint16_t>(random() % 2 == 0 ? 200 : 404));
      if (random() % 4 != 0) continue;
      ASSERT_TRUE(journals_[random() % 2]->keep());
    }
    store_->fail_commit = random() % 3 == 0 ? 1 : 0;
    store_->fail_add = random() % 5 == 0 ? 1 : 0;
    store_->fail_flush = random() % 5 == 0 ? 1 : 0;
    now_ += Millis(static_cast<int>(random() % 300));
    static_cast<void>(step());
    if (random() % 3 == 0) restart();
  }
  store_->fail_commit = store_->fail_add = store_->fail_flush = 0;
  drain();
  expect_all_counted_once();
  for (const CallRow& row : rows()) {
    EndpointId id;
    EXPECT_TRUE(endpoints_->names()->find(row.endpoint, id)) << row.endpoint;
  }
  EXPECT_EQ(endpoints_->names()->size(), 6U);
}

}  // namespace
}  // namespace weir
