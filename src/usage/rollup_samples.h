// Roll-ups for tests: a real store, random calls, and a plain model of what questions about them answer.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "store/call_samples.h"
#include "store/store_contract.h"
#include "usage/rollup_accumulator.h"
#include "usage/rollup_keeper.h"
#include "usage/usage_queries.h"

namespace weir::test {

/// A call as the roll-ups see it.
struct SampleUsage {
  UsageRecord record;
  EndpointId endpoint;
};

class RollupFixture : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kEndpoints = 5;

  RollupFixture() {
    reopen();
    User ada = user_named("ada");
    User bob = user_named("bob");
    EXPECT_TRUE(store_->users().insert(ada, kNoon));
    EXPECT_TRUE(store_->users().insert(bob, kNoon));
    std::vector<ApiKey> keys(50);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      keys[i].user_id = i % 3 == 0 ? ada.id : bob.id;
      keys[i].name = std::string("key ").append(std::to_string(i + 1));
      keys[i].digest[0] = static_cast<std::uint8_t>(i + 1);
    }
    EXPECT_TRUE(store_->keys().insert(keys, kNoon));
    for (std::size_t i = 0; i < keys.size(); ++i) owners_[keys[i].id.value()] = keys[i].user_id.value();
    std::vector<std::string> names;
    for (std::uint32_t i = 1; i <= kEndpoints; ++i)
      names.push_back(std::string("/v1/things").append(std::to_string(i)));
    names_ = std::make_shared<const EndpointNames>(std::move(names));
  }

  /// As after a restart: what was being made is not there.
  void reopen() {
    keeper_.reset();
    queries_.reset();
    store_.reset();
    store_ = *open_sqlite_store(folder_.path() / "data");
    keeper_ = std::make_unique<RollupKeeper>(*store_);
    keeper_->set_retention({.minutes = {}, .hours = {}, .days = {}});
    queries_ = make_usage_queries(
        *store_, [this] { return names_; }, 0);
  }

  SampleUsage sample(UtcTime at) {
    SampleUsage usage{samples_.make(at).record, EndpointId(samples_.below(kEndpoints + 1))};
    if (usage.record.key) usage.record.user = UserId(owners_.at(usage.record.key.value()));
    if (samples_.below(8) == 0) usage.record.response_time = usage.record.upstream_time = {};  // not measured
    return usage;
  }

  /// A call of `key` like any other.
  SampleUsage call_of(std::uint32_t key, UtcTime at) const {
    SampleUsage usage;
    usage.record.at = at;
    usage.record.key = KeyId(key);
    usage.record.user = UserId(owners_.at(key));
    usage.record.response_time = Millis(10);
    usage.endpoint = EndpointId(1);
    return usage;
  }

  void add(const SampleUsage& usage) {
    accumulator_.add(usage.record, usage.endpoint);
    made_.push_back(usage);
  }
  Result<void> commit() {
    const auto deltas = accumulator_.deltas();
    auto done = store_->pipeline().commit({.rollups = deltas, .now = now_});
    if (done) accumulator_.clear();
    return done;
  }
  /// Until there is nothing left to merge.
  void settle() {
    for (;;) {
      const auto busy = keeper_->step(now_);
      ASSERT_TRUE(busy) << busy.error().detail;
      if (!*busy) return;
    }
  }

  /// What a group's calls add up to, one by one.
  struct Model {
    UsageTotals totals;
    std::uint64_t response_sum = 0;
    std::uint64_t upstream_sum = 0;
    LogHistogram response;
    LogHistogram upstream;
  };

  std::uint64_t group_of(GroupBy group_by, const SampleUsage& usage) const {
    switch (group_by) {
      case GroupBy::kNone:
        return 0;
      case GroupBy::kKey:
        return usage.record.key.value();
      case GroupBy::kUser:
        return usage.record.user.value();
      case GroupBy::kEndpoint:
        return usage.endpoint.value();
      case GroupBy::kStatus:
        return usage.record.status;
      case GroupBy::kMethod:
        return static_cast<std::uint64_t>(usage.record.method);
      case GroupBy::kOutcome:
        return static_cast<std::uint64_t>(usage.record.outcome);
    }
    return 0;
  }

  bool matches(const UsageFilter& filter, const SampleUsage& usage) const {
    const UsageRecord& record = usage.record;
    return (!filter.key || record.key == *filter.key) && (!filter.user || record.user == *filter.user) &&
           (!filter.endpoint || names_->name(usage.endpoint) == *filter.endpoint) &&
           (!filter.method || to_string(record.method) == *filter.method) &&
           record.status >= filter.status_min.value_or(0) &&
           record.status <= filter.status_max.value_or(UINT16_MAX);
  }

  std::map<std::uint64_t, UsageTotals> model(const TimeRange& range, const UsageFilter& filter,
                                             GroupBy group_by) const {
    std::map<std::uint64_t, Model> groups;
    for (const SampleUsage& usage : made_) {
      const UsageRecord& record = usage.record;
      if (record.at < range.from || record.at >= range.to || !matches(filter, usage)) continue;
      Model& group = groups[group_of(group_by, usage)];
      UsageTotals& totals = group.totals;
      ++totals.requests;
      totals.errors += record.status >= 500;
      totals.client_errors += record.status >= 400 && record.status < 500;
      totals.limited += record.outcome == Outcome::kLimited;
      totals.refused += record.outcome == Outcome::kLimited;  // no other refusals are made here
      totals.shadow_limited += record.shadow_limited;
      totals.bytes_in += record.bytes_in;
      totals.bytes_out += record.bytes_out;
      if (record.response_time > Micros(0)) {
        ++totals.response_time.count;
        group.response.add(record.response_time);
      }
      group.response_sum += static_cast<std::uint64_t>(record.response_time.count());
      totals.response_time.max = std::max(totals.response_time.max, record.response_time);
      if (record.upstream_time == Micros(0)) continue;
      ++totals.upstream_time.count;
      group.upstream.add(record.upstream_time);
      group.upstream_sum += static_cast<std::uint64_t>(record.upstream_time.count());
      totals.upstream_time.max = std::max(totals.upstream_time.max, record.upstream_time);
    }
    std::map<std::uint64_t, UsageTotals> out;
    for (auto& [id, group] : groups) {
      finish(group.totals.response_time, group.response_sum, group.response);
      finish(group.totals.upstream_time, group.upstream_sum, group.upstream);
      out[id] = group.totals;
    }
    return out;
  }

  static void finish(DurationSummary& summary, std::uint64_t sum, const LogHistogram& times) {
    if (summary.count == 0) return;
    summary.mean = Micros(static_cast<std::int64_t>(sum / summary.count));
    summary.p50 = times.percentile(0.50, summary.max);
    summary.p90 = times.percentile(0.90, summary.max);
    summary.p95 = times.percentile(0.95, summary.max);
    summary.p99 = times.percentile(0.99, summary.max);
  }

  /// Every field, so that a difference says which.
  static std::string told(const UsageTotals& totals) {
    std::string out;
    const auto put = [&out](const char* name, auto value) { out += name + std::to_string(value) + ' '; };
    put("requests ", totals.requests);
    put("errors ", totals.errors);
    put("client errors ", totals.client_errors);
    put("limited ", totals.limited);
    put("refused ", totals.refused);
    put("shadow ", totals.shadow_limited);
    put("in ", totals.bytes_in);
    put("out ", totals.bytes_out);
    for (const DurationSummary* times : {&totals.response_time, &totals.upstream_time}) {
      put("of ", times->count);
      for (const Micros time : {times->mean, times->p50, times->p90, times->p95, times->p99, times->max}) {
        put("", time.count());
      }
    }
    return out;
  }

  void expect_same(const TimeRange& range, const UsageFilter& filter, GroupBy group_by) {
    SummaryQuery query{.range = range, .filter = filter, .group_by = group_by};
    query.limit = kUsageGroupsMax;
    const auto summary = queries_->summary(query);
    ASSERT_TRUE(summary) << summary.error().detail;
    const auto total = model(summary->range, filter, GroupBy::kNone);
    EXPECT_EQ(told(summary->total), told(total.empty() ? UsageTotals() : total.at(0)));
    if (group_by == GroupBy::kNone) return;
    const auto expected = model(summary->range, filter, group_by);
    ASSERT_EQ(summary->groups.size(), expected.size());
    for (const UsageGroup& group : summary->groups) {
      ASSERT_TRUE(expected.count(group.id)) << group.id;
      EXPECT_EQ(told(group.totals), told(expected.at(group.id))) << "group " << group.id;
    }
  }

  UsageFilter any_filter() {
    UsageFilter filter;
    const auto below = [this](std::uint32_t bound) { return samples_.below(bound); };
    if (below(4) == 0) filter.key = KeyId(below(51));
    if (below(4) == 0) filter.user = UserId(1 + below(2));
    if (below(4) == 0) filter.endpoint = std::string(names_->name(EndpointId(below(kEndpoints + 1))));
    if (below(4) == 0) filter.method = std::string(to_string(static_cast<Method>(below(10))));
    if (below(4) == 0) filter.status_min = static_cast<std::uint16_t>(200 + below(300));
    if (below(4) == 0) filter.status_max = static_cast<std::uint16_t>(200 + below(400));
    return filter;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  SharedEndpointNames names_;
  std::unique_ptr<RollupKeeper> keeper_;
  std::unique_ptr<UsageQueries> queries_;
  RollupAccumulator accumulator_;
  SampleCalls samples_{1};
  std::map<std::uint32_t, std::uint32_t> owners_;
  std::vector<SampleUsage> made_;
  UtcTime now_ = kNoon;
};

}  // namespace weir::test
