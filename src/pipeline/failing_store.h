// The store of the pipeline's tests.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/store.h"

namespace weir {

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

  int fail_add = 0;
  int fail_flush = 0;
  int fail_sync = 0;
  int fail_commit = 0;
  int fail_endpoints = 0;
  int lose_commit_answer = 0;
  std::vector<std::string> order;
  /// The endpoint each record was given: the same whenever it is appended again, over restarts too.
  std::map<std::pair<JournalIndex, std::uint64_t>, std::string> named;

 private:
  static Result<void> refuse() { return fail(ErrorCode::kIo, "the disk is full", true); }

  Result<void> add(std::span<const CallEntry> entries) override {
    order.emplace_back("add");
    for (const CallEntry& entry : entries) {
      const auto [found, is_new] = named.try_emplace({entry.journal, entry.next.bytes}, entry.endpoint);
      EXPECT_TRUE(is_new || found->second == entry.endpoint)
          << entry.record->path << " was '" << found->second << "', is '" << entry.endpoint << "'";
    }
    if (fail_add > 0 && fail_add-- > 0) return refuse();
    return real_->calls().add(entries);
  }
  Result<void> flush() override {
    order.emplace_back("flush");
    if (fail_flush > 0 && fail_flush-- > 0) return refuse();
    return real_->calls().flush();
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
  Result<std::unique_ptr<CallStream>> stream(UtcTime from, UtcTime to, StreamedPaths paths) override {
    return real_->calls().stream(from, to, paths);
  }
  Result<JournalPositions> positions() override { return real_->pipeline().positions(); }
  Result<StoredEndpoints> endpoints() override { return real_->pipeline().endpoints(); }
  Result<EndpointId> import_settled(JournalIndex journal) override {
    return real_->pipeline().import_settled(journal);
  }
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

}  // namespace weir
