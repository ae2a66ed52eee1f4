#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/breath.h"
#include "store/call_samples.h"
#include "store/store_contract.h"

namespace weir {
namespace {

class CallLogContract : public test::StoreContract {
 protected:
  /// Appends the samples [from, to) as one batch of journal 0; record i ends at position (i + 1) * 10.
  Result<void> append(std::size_t from, std::size_t to) {
    std::vector<CallEntry> entries;
    for (std::size_t i = from; i < to; ++i) {
      const auto& call = samples_.all()[i];
      entries.push_back({.journal = 0,
                         .next = {(i + 1) * 10},
                         .record = &call.record,
                         .refused_window = call.refused_window,
                         .endpoint = call.endpoint});
    }
    return store().calls().append(entries);
  }

  void make(std::size_t count, UtcTime start = test::kNoon, Micros step = Millis(1)) {
    for (std::size_t i = 0; i < count; ++i) samples_.make(start + step * static_cast<int>(i));
  }

  std::vector<CallRow> query(const CallFilter& filter) {
    auto rows = store().calls().query(filter);
    EXPECT_TRUE(rows) << rows.error().detail;
    return rows ? std::move(*rows) : std::vector<CallRow>();
  }

  /// Every row, in pages of `limit`, newest first.
  std::vector<CallRow> everything(CallFilter filter = {}, std::size_t limit = 1000) {
    std::vector<CallRow> rows;
    filter.limit = limit;
    for (;;) {
      auto page = query(filter);
      if (page.empty()) return rows;
      filter.before_id = page.back().id;
      rows.insert(rows.end(), page.begin(), page.end());
    }
  }

  /// The rows are exactly these samples, newest first; their ids fall.
  void expect_rows(const std::vector<CallRow>& rows, std::size_t from, std::size_t to) {
    ASSERT_EQ(rows.size(), to - from);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const CallRow wanted = test::row_of(samples_.all()[to - 1 - i], rows[i].id);
      EXPECT_TRUE(test::tied(rows[i]) == test::tied(wanted)) << i;
      EXPECT_TRUE(i == 0 || rows[i].id < rows[i - 1].id) << i;
    }
  }

  test::SampleCalls samples_{42, true};
};

INSTANTIATE_TEST_SUITE_P(Backends, CallLogContract, test::store_backends(), test::backend_name);

TEST_P(CallLogContract, IsEmptyAtFirst) {
  EXPECT_TRUE(query({}).empty());
}

TEST_P(CallLogContract, GivesBackCallsOfOneBatchNewestFirst) {
  make(10);
  ASSERT_TRUE(append(0, 10));
  expect_rows(query({}), 0, 10);
}

TEST_P(CallLogContract, GivesBackCallsOfManyBatchesOfEverySize) {
  make(20'000);
  std::size_t at = 0;
  for (const std::size_t size : {1U, 2U, 4000U, 92U, 1U, 5000U, 1U, 10'000U, 300U, 603U}) {
    ASSERT_TRUE(append(at, at + size));
    at += size;
  }
  ASSERT_EQ(at, 20'000U);
  expect_rows(everything(), 0, 20'000);
}

TEST_P(CallLogContract, AFewCallsAtATimeComeTogether) {
  make(9000);
  for (std::size_t at = 0; at < 9000; at += 30) ASSERT_TRUE(append(at, at + 30));
  expect_rows(everything(), 0, 9000);
}

TEST_P(CallLogContract, BreathesBetweenPieces) {
  make(9000);
  int breaths = 0;
  const Breath count = [&breaths] { ++breaths; };
  const BreathScope breathing(count);
  ASSERT_TRUE(append(0, 512));
  EXPECT_GT(breaths, 0);
  const int over_few = breaths;
  ASSERT_TRUE(append(512, 9000));
  EXPECT_GT(breaths, 2 * over_few);
  expect_rows(everything(), 0, 9000);
}

TEST_P(CallLogContract, KeepsCallsOverReopens) {
  make(6000);
  for (std::size_t at = 0; at < 6000; at += 1000) {
    ASSERT_TRUE(append(at, at + 1000));
    reopen();
  }
  expect_rows(everything(), 0, 6000);
}

TEST_P(CallLogContract, LongTextsAreKeptWhole) {
  make(300);
  std::deque<std::string> paths;
  std::vector<CallEntry> entries;
  std::vector<UsageRecord> records;
  for (std::size_t i = 0; i < 300; ++i) {
    records.push_back(samples_.all()[i].record);
    records.back().path = paths.emplace_back(8000, static_cast<char>('a' + i % 26)) += std::to_string(i);
  }
  for (std::size_t i = 0; i < 300; ++i) entries.push_back({0, {i + 1}, &records[i], {}});
  ASSERT_TRUE(store().calls().append(entries));
  const auto rows = everything();
  ASSERT_EQ(rows.size(), 300U);
  for (std::size_t i = 0; i < 300; ++i) EXPECT_EQ(rows[i].path, paths[299 - i]);
}

TEST_P(CallLogContract, SkipsWhatItHoldsAlready) {
  make(5000);
  ASSERT_TRUE(append(0, 4500));
  ASSERT_TRUE(append(0, 4500));
  reopen();
  ASSERT_TRUE(append(4000, 5000));
  ASSERT_TRUE(append(4999, 5000));
  expect_rows(everything(), 0, 5000);
}

TEST_P(CallLogContract, WhatWasTakenAndNotFlushedIsNotMissedAfterAKill) {
  make(6000);
  const auto add = [this](std::size_t from, std::size_t to) {
    std::vector<CallEntry> entries;
    for (std::size_t i = from; i < to; ++i) {
      const auto& call = samples_.all()[i];
      entries.push_back({0, {(i + 1) * 10}, &call.record, call.refused_window, call.endpoint});
    }
    return store().calls().add(entries);
  };
  for (std::size_t at = 0; at < 5000; at += 100) ASSERT_TRUE(add(at, at + 100));
  reopen();
  ASSERT_TRUE(add(0, 5000));
  ASSERT_TRUE(store().calls().flush());
  ASSERT_TRUE(add(5000, 6000));
  ASSERT_TRUE(store().calls().sync());
  expect_rows(everything(), 0, 6000);
}

TEST_P(CallLogContract, JournalsHavePositionsOfTheirOwn) {
  make(2);
  for (const JournalIndex journal : std::initializer_list<JournalIndex>{0, 1}) {
    const CallEntry entry{journal,
                          {10},
                          &samples_.all()[journal].record,
                          samples_.all()[journal].refused_window,
                          samples_.all()[journal].endpoint};
    ASSERT_TRUE(store().calls().append({&entry, 1}));
  }
  expect_rows(everything(), 0, 2);
}

TEST_P(CallLogContract, StreamsThePathOfEveryCallWhenAsked) {
  make(5000, test::kNoon);
  ASSERT_TRUE(append(0, 5000));
  auto stream =
      store().calls().stream(test::kNoon, test::kNoon + std::chrono::hours(24), StreamedPaths::kAll);
  ASSERT_TRUE(stream) << stream.error().detail;
  std::multiset<std::string> seen;
  CallBatch batch;
  while ((*stream)->next(batch).value()) {
    for (const StreamedCall& call : batch.calls) seen.emplace(batch.paths.at(call.path));
  }
  std::multiset<std::string> wanted;
  for (std::size_t i = 0; i < 5000; ++i) wanted.emplace(samples_.all()[i].record.path);
  EXPECT_EQ(seen, wanted);
}

TEST_P(CallLogContract, StreamsCallsInTheOrderOfTheirTime) {
  make(3000, test::kNoon + std::chrono::hours(24));
  make(6000, test::kNoon);
  make(100, test::kNoon + std::chrono::hours(24) - Seconds(60));  // late ones of the second day
  for (const auto& [from, to] : {std::pair(0, 3000), {3000, 8900}, {8900, 9000}, {9000, 9100}})
    ASSERT_TRUE(append(static_cast<std::size_t>(from), static_cast<std::size_t>(to)));
  auto stream =
      store().calls().stream(test::kNoon, test::kNoon + std::chrono::hours(48), StreamedPaths::kWithUnknown);
  ASSERT_TRUE(stream) << stream.error().detail;
  EXPECT_EQ((*stream)->calls(), 9100U);
  // A call appended later is not part of it, whatever becomes of the small blocks.
  make(5000, test::kNoon + std::chrono::hours(25));
  ASSERT_TRUE(append(9100, 14'100));
  std::multiset<std::string> seen;
  const auto shown = [](const UsageRecord& record, std::string_view endpoint, std::string_view window) {
    return fmt::format("{} {} {} {} {} {} {} {} {}", record.at.time_since_epoch().count(), record.key.value(),
                       record.status, static_cast<int>(record.outcome), record.response_time.count(),
                       record.upstream_time.count(), record.source.to_string(), endpoint, window);
  };
  CallBatch batch;
  for (;;) {
    const UtcTime reached = (*stream)->reached();
    auto more = (*stream)->next(batch);
    ASSERT_TRUE(more) << more.error().detail;
    if (!*more) break;
    for (const StreamedCall& call : batch.calls) {
      EXPECT_GE(call.at, reached);
      UsageRecord record;
      record.at = call.at;
      record.key = call.key;
      record.status = call.status;
      record.outcome = call.outcome;
      record.response_time = call.response_time;
      record.upstream_time = call.upstream_time;
      record.source = call.source;
      seen.insert(shown(record, batch.endpoints[call.endpoint], batch.windows[call.window]));
    }
  }
  EXPECT_EQ((*stream)->reached(), UtcTime::max());
  std::multiset<std::string> wanted;
  for (std::size_t i = 0; i < 9100; ++i) {
    const auto& call = samples_.all()[i];
    wanted.insert(shown(call.record, call.endpoint, call.refused_window));
  }
  EXPECT_EQ(seen, wanted);
}

TEST_P(CallLogContract, AStreamPassesOverBlocksOutOfItsTime) {
  make(20'000);
  ASSERT_TRUE(append(0, 20'000));
  auto stream = store().calls().stream(test::kNoon + Millis(9000), test::kNoon + Millis(9001),
                                       StreamedPaths::kWithUnknown);
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->calls(), 4096U);
}

TEST_P(CallLogContract, ADayThatIsStreamedIsNotRemovedOneThatWasIsPassedOver) {
  make(10);
  make(10, test::kNoon + std::chrono::hours(24));
  ASSERT_TRUE(append(0, 20));
  reopen();  // nothing is open for writing
  auto stream =
      store().calls().stream(test::kNoon, test::kNoon + std::chrono::hours(48), StreamedPaths::kWithUnknown);
  ASSERT_TRUE(stream);
  CallBatch batch;
  ASSERT_TRUE((*stream)->next(batch).value());
  const auto midnight = std::chrono::floor<std::chrono::days>(test::kNoon);
  EXPECT_FALSE(store().calls().remove_day(midnight).value());
  EXPECT_TRUE(store().calls().remove_day(midnight + std::chrono::days(1)).value());
  EXPECT_FALSE((*stream)->next(batch).value());
  EXPECT_TRUE(store().calls().remove_day(midnight).value());
}

TEST_P(CallLogContract, PagesHaveNoGapsAndNoRepeats) {
  make(5000);
  ASSERT_TRUE(append(0, 4200));
  ASSERT_TRUE(append(4200, 5000));
  for (const std::size_t limit : {7U, 1000U}) expect_rows(everything({}, limit), 0, 5000);
  CallFilter one;
  one.key = samples_.all()[100].record.key;
  const auto all = everything(one, 1000);
  const auto singly = everything(one, 1);
  ASSERT_EQ(all.size(), singly.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].id, singly[i].id);
}

TEST_P(CallLogContract, FiltersFindWhatAPlainLookFinds) {
  make(9000, test::kNoon, Seconds(5));  // past midnight
  for (std::size_t at = 0; at < 9000; at += 1500) ASSERT_TRUE(append(at, at + 1500));
  const auto rows = everything();
  for (int round = 0; round < 300; ++round) {
    CallFilter filter = samples_.make_filter();
    filter.limit = 1 + samples_.below(300);
    if (samples_.below(3) == 0) filter.before_id = rows[samples_.below(9000)].id;
    std::vector<std::uint64_t> wanted;
    for (const CallRow& row : rows) {
      if (wanted.size() < filter.limit && test::passes(row, filter)) wanted.push_back(row.id);
    }
    std::vector<std::uint64_t> found;
    for (const CallRow& row : query(filter)) found.push_back(row.id);
    EXPECT_EQ(found, wanted) << round;
  }
}

TEST_P(CallLogContract, EachFilterAloneLeavesOnlyItsCalls) {
  make(3000);
  ASSERT_TRUE(append(0, 3000));
  const CallRow like = query({}).at(50);
  CallFilter by_key, by_user, by_endpoint, by_method, by_status, by_from, by_to, by_request, by_path,
      by_outcome, by_response_time;
  by_key.key = like.key;
  by_user.user = like.user;
  by_endpoint.endpoint = like.endpoint;
  by_method.method = like.method;
  by_status.status_min = by_status.status_max = like.status;
  by_from.from = like.at;
  by_to.to = like.at;
  by_request.request_id = like.request_id;
  by_path.path = like.path;
  by_outcome.outcome = like.outcome;
  by_response_time.response_time_min = like.response_time;
  for (const CallFilter& filter : {by_key, by_user, by_endpoint, by_method, by_status, by_from, by_to,
                                   by_request, by_path, by_outcome, by_response_time}) {
    const auto rows = everything(filter);
    EXPECT_FALSE(rows.empty());
    std::size_t wanted = 0;
    for (const auto& call : samples_.all()) wanted += test::passes(test::row_of(call, 1), filter) ? 1 : 0;
    EXPECT_EQ(rows.size(), wanted);
    for (const CallRow& row : rows) EXPECT_TRUE(test::passes(row, filter));
  }
}

TEST_P(CallLogContract, ALateCallIsFoundByItsOwnTime) {
  make(1, test::kNoon);
  make(1, test::kNoon - std::chrono::hours(24));
  make(1, test::kNoon + Seconds(1));
  ASSERT_TRUE(append(0, 3));
  CallFilter yesterday;
  yesterday.to = test::kNoon - std::chrono::hours(13);
  const auto rows = query(yesterday);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at, test::kNoon - std::chrono::hours(24));
  EXPECT_EQ(everything().size(), 3U);
}

TEST_P(CallLogContract, ManyDaysCanBeWrittenInTurn) {
  for (int round = 0; round < 2; ++round) {
    for (int day = 0; day < 7; ++day) make(1, test::kNoon + std::chrono::hours(24 * day) + Seconds(round));
  }
  for (std::size_t i = 0; i < 14; ++i) ASSERT_TRUE(append(i, i + 1));
  const auto rows = everything();
  ASSERT_EQ(rows.size(), 14U);
  EXPECT_TRUE(
      std::is_sorted(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.at > b.at; }));
}

TEST_P(CallLogContract, TimesOutOfAllReasonAreStoredAllTheSame) {
  make(1, UtcTime(Micros(-5)));
  make(1, UtcTime(std::chrono::sys_days{std::chrono::year{2500} / 1 / 1}));
  ASSERT_TRUE(append(0, 2));
  EXPECT_EQ(everything().size(), 2U);
}

TEST_P(CallLogContract, IdsFitTheNumbersOfJson) {
  make(1, UtcTime(std::chrono::sys_days{std::chrono::year{2149} / 6 / 1}));
  ASSERT_TRUE(append(0, 1));
  EXPECT_LT(query({}).at(0).id, 1ULL << 53);
}

TEST_P(CallLogContract, RefusesAPageOfNoneOrTooMany) {
  CallFilter filter;
  for (const std::size_t limit : {0U, 1001U}) {
    filter.limit = limit;
    EXPECT_EQ(store().calls().query(filter).error().code, ErrorCode::kInvalid);
  }
}

}  // namespace
}  // namespace weir
