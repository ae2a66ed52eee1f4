#include "pipeline/pipeline.h"

#include <deque>
#include <filesystem>
#include <map>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <stdlib.h>

#include "usage/usage_queries.h"

namespace weir {
namespace {

constexpr UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{10}};

/// The real store with parts that can be told to fail, or to fail after the deed.
class FailingStore final : public Store, private CallLog, private PipelineStore {
 public:
  explicit FailingStore(std::unique_ptr<Store> real) : real_(std::move(real)) {}

  KeyStore& keys() override { return real_->keys(); }
  UserStore& users() override { return real_->users(); }
  SettingsStore& settings() override { return real_->settings(); }
  TokenStore& tokens() override { return real_->tokens(); }
  AuditStore& audit() override { return real_->audit(); }
  Result<void> atomically(const std::function<Result<void>()>& work) override {
    return real_->atomically(work);
  }
  ImportStore& imports() override { return real_->imports(); }
  CallLog& calls() override { return *this; }
  PipelineStore& pipeline() override { return *this; }
  OutboxStore& outbox() override { return real_->outbox(); }
  AlertStore& alerts() override { return real_->alerts(); }
  RollupStore& rollups() override { return real_->rollups(); }

  int fail_append = 0;
  int fail_sync = 0;
  int fail_commit = 0;
  int fail_endpoints = 0;
  int lose_commit_answer = 0;
  std::vector<std::string> order;
  /// The endpoint each record was given: the same whenever it is appended again, over restarts too.
  std::map<std::pair<JournalIndex, std::uint64_t>, std::string> named;

 private:
  static Result<void> refuse() { return fail(ErrorCode::kIo, "the disk is full", true); }

  Result<void> append(std::span<const CallEntry> entries) override {
    order.emplace_back("append");
    for (const CallEntry& entry : entries) {
      const auto [found, is_new] = named.try_emplace({entry.journal, entry.next.bytes}, entry.endpoint);
      EXPECT_TRUE(is_new || found->second == entry.endpoint)
          << entry.record->path << " was '" << found->second << "', is '" << entry.endpoint << "'";
    }
    if (fail_append > 0 && fail_append-- > 0) return refuse();
    return real_->calls().append(entries);
  }
  Result<void> sync() override {
    order.emplace_back("sync");
    if (fail_sync > 0 && fail_sync-- > 0) return refuse();
    return real_->calls().sync();
  }
  Result<std::vector<CallDayFile>> days() override { return real_->calls().days(); }
  Result<bool> remove_day(UtcTime start) override { return real_->calls().remove_day(start); }
  Result<std::vector<CallRow>> query(const CallFilter& filter) override {
    return real_->calls().query(filter);
  }
  Result<std::unique_ptr<CallStream>> stream(UtcTime from, UtcTime to) override {
    return real_->calls().stream(from, to);
  }
  Result<JournalPositions> positions() override { return real_->pipeline().positions(); }
  Result<StoredEndpoints> endpoints() override { return real_->pipeline().endpoints(); }
  Result<void> add_endpoints(std::span<const EndpointRow> rows) override {
    order.emplace_back("endpoints");
    if (fail_endpoints > 0 && fail_endpoints-- > 0) return refuse();
    return real_->pipeline().add_endpoints(rows);
  }
  Result<void> commit(const PipelineCommit& commit) override {
    order.emplace_back("commit");
    if (fail_commit > 0 && fail_commit-- > 0) return refuse();
    auto done = real_->pipeline().commit(commit);
    if (lose_commit_answer > 0 && lose_commit_answer-- > 0) return refuse();
    return done;
  }

  std::unique_ptr<Store> real_;
};

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weir-pipeline-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    start();
    User owner;
    owner.name = "owner";
    EXPECT_TRUE(store_->users().insert(owner, kNow));
    std::vector<ApiKey> keys(3);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      keys[i].user_id = owner.id;
      keys[i].digest[0] = static_cast<std::uint8_t>(i);
    }
    EXPECT_TRUE(store_->keys().insert(keys, kNow));
  }
  ~PipelineTest() override {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  /// Opens everything, as a start does.
  void start() {
    auto named = store_ ? std::move(store_->named) : decltype(FailingStore::named)();
    store_.reset();
    store_ = std::make_unique<FailingStore>(*open_sqlite_store(folder_ / "data"));
    store_->named = std::move(named);
    const auto positions = *store_->pipeline().positions();
    std::vector<Journal*> journals;
    for (JournalIndex i = 0; i < 2; ++i) {
      const auto found = positions.find(i);
      auto journal = Journal::open({.folder = folder_ / ("journal" + std::to_string(i)),
                                    .segment_bytes = 64 << 10,
                                    .max_bytes = 16 << 20},
                                   found == positions.end() ? JournalPosition{} : found->second);
      ASSERT_TRUE(journal) << journal.error().detail;
      journals_.push_back(std::move(*journal));
      journals.push_back(journals_.back().get());
    }
    endpoints_ = std::make_unique<EndpointTable>(rules_, *store_->pipeline().endpoints());
    pipeline_ = Pipeline::create(journals, *store_, *endpoints_, {"minute", "hour"});
  }

  /// What is in memory is gone, as after a kill.
  void stop() {
    pipeline_.reset();
    endpoints_.reset();
    journals_.clear();
  }
  void restart() {
    stop();
    start();
  }

  void call(std::uint32_t key, std::size_t journal = 0, std::uint16_t status = 200) {
    UsageRecord record;
    record.at = now_ += Millis(1);
    record.key = KeyId(key);
    record.user = UserId(key != 0 ? 1 : 0);
    record.method = Method::kGet;
    record.status = status;
    record.path = path_;
    if (status == 429) {
      record.outcome = Outcome::kLimited;
      record.refused_window = 1;
    }
    ASSERT_EQ(journals_[journal]->append(record), AppendStatus::kAppended);
    ++made_[key];
  }
  void keep() {
    for (const auto& journal : journals_) ASSERT_TRUE(journal->keep());
  }
  Result<std::size_t> step() { return pipeline_->step(now_); }
  /// Until nothing is new: everything is committed then.
  void drain() {
    keep();
    for (;;) {
      const auto stored = step();
      ASSERT_TRUE(stored) << stored.error().detail;
      if (*stored == 0) return;
    }
  }

  std::vector<CallRow> rows() {
    std::vector<CallRow> all;
    CallFilter filter;
    filter.limit = 1000;
    for (;;) {
      const auto page = store_->calls().query(filter);
      EXPECT_TRUE(page);
      if (!page || page->empty()) return all;
      filter.before_id = page->back().id;
      all.insert(all.end(), page->begin(), page->end());
    }
  }

  /// What the roll-ups say of each key.
  std::map<std::uint32_t, std::uint64_t> rolled_up() {
    const auto names = std::make_shared<const EndpointNames>(std::vector<std::string>());
    SummaryQuery query;
    query.range = {kNow - std::chrono::days(1), now_ + std::chrono::days(1)};
    query.group_by = GroupBy::kKey;
    const auto summary = make_usage_queries(*store_, [names] { return names; })->summary(query);
    EXPECT_TRUE(summary);
    std::map<std::uint32_t, std::uint64_t> found;
    for (const UsageGroup& group : summary->groups) {
      found[static_cast<std::uint32_t>(group.id)] = group.totals.requests;
    }
    return found;
  }

  /// Every call is in the log once, and every key's counter and the roll-ups say so.
  void expect_all_counted_once() {
    std::map<std::uint32_t, std::uint64_t> found;
    for (const CallRow& row : rows()) ++found[row.key.value()];
    EXPECT_EQ(found, made_);
    for (const auto& [key, calls] : made_) {
      EXPECT_TRUE(key == 0 || store_->keys().get(KeyId(key))->usage_count == calls) << "key " << key;
    }
    EXPECT_EQ(rolled_up(), made_);
  }

  std::filesystem::path folder_;
  std::unique_ptr<FailingStore> store_;
  std::vector<std::unique_ptr<Journal>> journals_;
  std::shared_ptr<EndpointRules> rules_ = std::make_shared<EndpointRules>();
  std::unique_ptr<EndpointTable> endpoints_;
  std::unique_ptr<Pipeline> pipeline_;
  UtcTime now_ = kNow;
  std::string path_ = "/v1/things";  // of the next call
  std::map<std::uint32_t, std::uint64_t> made_;
};

TEST_F(PipelineTest, HasNothingToDoAtFirst) {
  EXPECT_EQ(*step(), 0U);
  EXPECT_EQ(pipeline_->stats().lag_seconds, 0);
}

TEST_F(PipelineTest, StoresCallsAndCountsThemRefusedOnesToo) {
  call(1);
  call(2, 1, 403);
  call(1, 0, 429);
  call(0, 1, 401);
  drain();
  expect_all_counted_once();
  EXPECT_EQ(store_->keys().get(KeyId(1))->last_used, kNow + Millis(3));
  EXPECT_FALSE(store_->keys().get(KeyId(3))->last_used);
  EXPECT_EQ(pipeline_->stats().stored_records, 4U);
}

TEST_F(PipelineTest, NamesTheWindowThatRefused) {
  call(1, 0, 429);
  drain();
  pipeline_->set_window_names({"second"});
  call(1, 0, 429);
  drain();
  const auto found = rows();
  EXPECT_EQ(found.at(1).refused_window, "hour");
  EXPECT_EQ(found.at(0).refused_window, "");  // the position is of windows that are no more
}

TEST_F(PipelineTest, PutsTheCallsOfAllJournalsInOrderOfTime) {
  for (int i = 0; i < 50; ++i) call(1, static_cast<std::size_t>(i % 3 == 0));
  drain();
  const auto found = rows();
  ASSERT_EQ(found.size(), 50U);
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_LT(found[i].at, found[i - 1].at);
}

TEST_F(PipelineTest, TakesNoMoreOfAJournalThanAskedAndKnowsOfTheRest) {
  for (int i = 0; i < 5; ++i) call(1);
  keep();
  EXPECT_EQ(*pipeline_->step(now_, 3), 3U);
  EXPECT_TRUE(pipeline_->has_more());
  EXPECT_EQ(*pipeline_->step(now_, 3), 2U);
  EXPECT_FALSE(pipeline_->has_more());
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, WaitsForTheJournalToReachTheDisk) {
  call(1);
  EXPECT_EQ(*step(), 0U);
  EXPECT_TRUE(rows().empty());
  now_ += Seconds(3);
  EXPECT_EQ(*step(), 0U);
  EXPECT_DOUBLE_EQ(pipeline_->stats().lag_seconds, 3);
  keep();
  EXPECT_EQ(*step(), 1U);
  EXPECT_EQ(pipeline_->stats().lag_seconds, 0);
}

TEST_F(PipelineTest, SyncsTheLogBeforeItCommitsAndReleasesAfterThat) {
  call(1);
  keep();
  ASSERT_TRUE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("endpoints", "append", "sync", "commit"));
  EXPECT_EQ(journals_[0]->stats().unread_bytes, 0U);
}

TEST_F(PipelineTest, CommitsTogetherWhatComesWithinTheInterval) {
  call(1);
  drain();
  store_->order.clear();
  call(1);
  keep();
  ASSERT_TRUE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("append"));
  EXPECT_GT(journals_[0]->stats().unread_bytes, 0U);
  now_ += Millis(250);
  call(1);
  keep();
  ASSERT_TRUE(step());
  EXPECT_THAT(store_->order, ::testing::ElementsAre("append", "append", "sync", "commit"));
  expect_all_counted_once();
}

TEST_F(PipelineTest, StoresMoreThanABatch) {
  for (int i = 0; i < 40'000; ++i) {
    call(static_cast<std::uint32_t>(i % 4), static_cast<std::size_t>(i % 2));
    if (i % 100 == 0) keep();
  }
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, TriesTheSameCallsAgainWhenTheLogRefuses) {
  store_->fail_append = 2;
  call(1);
  call(2, 1);
  keep();
  EXPECT_FALSE(step());
  call(1);
  keep();
  now_ += Seconds(10);
  EXPECT_FALSE(step());
  EXPECT_EQ(pipeline_->stats().failed_batches, 2U);
  EXPECT_GE(pipeline_->stats().lag_seconds, 10);
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, CountsNothingTwiceWhenSyncOrCommitFails) {
  for (int round = 0; round < 4; ++round) {
    store_->fail_sync = round % 2;
    store_->fail_commit = round / 2;
    call(1);
    keep();
    now_ += Seconds(1);
    static_cast<void>(step());
    call(2);
    store_->fail_sync = store_->fail_commit = 0;
    drain();
  }
  expect_all_counted_once();
}

TEST_F(PipelineTest, KnowsACommitWhoseAnswerWasLost) {
  store_->lose_commit_answer = 1;
  call(1);
  keep();
  EXPECT_FALSE(step());
  call(1);
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, AKillBetweenLogAndCountersChangesNothing) {
  call(1);
  drain();
  for (int round = 0; round < 3; ++round) {
    call(1);
    call(2, 1);
    keep();
    store_->fail_commit = 1;
    static_cast<void>(step());
    ASSERT_EQ(rows().size(), 3U + 2U * static_cast<std::size_t>(round));  // in the log, not counted
    ASSERT_EQ(store_->keys().get(KeyId(1))->usage_count, 1U);
    restart();
  }
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, AKillBeforeTheJournalIsReleasedChangesNothing) {
  call(1);
  call(2);
  drain();
  restart();
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, ACrashBetweenTwoDaysChangesNothing) {
  call(1);
  now_ += std::chrono::hours(20);
  call(1);
  keep();
  ASSERT_EQ(*step(), 2U);
  restart();
  call(1);
  drain();
  expect_all_counted_once();
}

TEST_F(PipelineTest, ARemovedKeysCallsStayInTheLog) {
  call(1);
  drain();
  call(1);
  ASSERT_TRUE(store_->keys().remove(KeyId(1)));
  drain();
  EXPECT_EQ(rows().size(), 2U);
}

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
    store_->fail_append = random() % 5 == 0 ? 1 : 0;
    now_ += Millis(static_cast<int>(random() % 300));
    static_cast<void>(step());
    if (random() % 3 == 0) restart();
  }
  store_->fail_commit = store_->fail_append = 0;
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
