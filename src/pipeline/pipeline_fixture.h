// A pipeline between journals and a store of its own, both on disk: for the tests of this folder.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "pipeline/failing_store.h"
#include "pipeline/import_queue.h"
#include "pipeline/pipeline.h"
#include "usage/usage_queries.h"

namespace weir {

class PipelineTest : public ::testing::Test {
 protected:
  static constexpr UtcTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                                std::chrono::hours{10}};

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
    imports_ = std::make_unique<ImportQueue>(positions);
    pipeline_ = Pipeline::create(journals, *store_, *endpoints_, {"minute", "hour"}, imports_.get());
  }

  /// What is in memory is gone, as after a kill.
  void stop() {
    pipeline_.reset();
    imports_.reset();
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
  std::unique_ptr<ImportQueue> imports_;
  std::unique_ptr<Pipeline> pipeline_;
  UtcTime now_ = kNow;
  std::string path_ = "/v1/things";  // of the next call
  std::map<std::uint32_t, std::uint64_t> made_;
};

}  // namespace weir
