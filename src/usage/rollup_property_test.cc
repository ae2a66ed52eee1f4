// Whatever way calls come in, whatever is merged when, and wherever it is interrupted: the same sums.
#include "store/rollup_directory.h"
#include "store/sealed_bytes.h"
#include "store/sqlite_connection.h"
#include "usage/rollup_samples.h"

namespace weir::test {
namespace {

constexpr GroupBy kGroupings[] = {GroupBy::kNone,   GroupBy::kKey,    GroupBy::kUser,   GroupBy::kEndpoint,
                                  GroupBy::kStatus, GroupBy::kMethod, GroupBy::kOutcome};

class RollupProperty : public RollupFixture {
 protected:
  /// Times from minutes to months ago, and of another century.
  UtcTime any_time() {
    switch (samples_.below(8)) {
      case 0:
        return now_ - Seconds(samples_.below(90 * 86'400));
      case 1:
        return now_ - Seconds(samples_.below(2 * 86'400));
      case 2:
        return UtcTime(std::chrono::sys_days{std::chrono::year{1995} / 8 / 1}) +
               Seconds(samples_.below(3 * 86'400));
      case 3:
        return UtcTime(Micros(0)) + Seconds(samples_.below(100));
      default:
        return now_ - Seconds(samples_.below(7200));
    }
  }

  TimeRange any_range() {
    const UtcTime a = any_time();
    const UtcTime b = samples_.below(3) == 0 ? now_ : any_time();
    return {std::min(a, b), std::max(a, b)};
  }

  void ask(int questions) {
    for (int i = 0; i < questions; ++i) {
      expect_same(any_range(), any_filter(), kGroupings[samples_.below(std::size(kGroupings))]);
    }
    expect_same({UtcTime(Micros(0)), now_ + Seconds(60)}, {}, GroupBy::kKey);
  }

  /// Parts of all cuts mixed, as they were before those of one were side by side.
  static void put_as_they_came(SqliteConnection& connection, std::int64_t block,
                               std::vector<RollupPartRef>& parts) {
    std::stable_sort(parts.begin(), parts.end(),
                     [](const RollupPartRef& a, const RollupPartRef& b) { return a.last < b.last; });
    // By way of ids below 0, of which there are none.
    const auto move = [&connection](const char* sql, std::int64_t from, std::int64_t to) {
      auto statement = *connection.prepare(sql);
      statement.bind(1, from);
      statement.bind(2, to);
      ASSERT_TRUE(statement.run());
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::int64_t id = rollup_part_id(block, i);
      move("UPDATE rollup_parts SET id = -?2 WHERE id = ?1", parts[i].id, id);
      move("UPDATE rollup_heads SET part = -?2 WHERE part = ?1", parts[i].id, id);
      move("UPDATE rollup_runs SET id = -((?2 << 6) + (id & 63)) WHERE id >> 6 = ?1", parts[i].id, id);
      parts[i].id = id;
      parts[i].by_cut = false;
    }
    ASSERT_TRUE(
        connection.execute("UPDATE rollup_parts SET id = -id WHERE id < 0;"
                           "UPDATE rollup_heads SET part = -part WHERE part < 0;"
                           "UPDATE rollup_runs SET id = -id WHERE id < 0"));
  }

  /// All that is stored, as it was before columns and the two times of a run were apart, and
  /// a cut's parts together.
  void put_together() {
    auto connection = *SqliteConnection::open(folder_.path() / "data" / "weir.db", SqliteAccess::kReadWrite);
    ASSERT_GT(*connection.query_int("SELECT count(*) FROM rollup_times"), 0);
    ASSERT_GT(*connection.query_int("SELECT count(*) FROM rollup_upstreams"), 0);
    ASSERT_TRUE(
        connection.execute("INSERT INTO rollup_runs SELECT id, x'', bytes FROM rollup_upstreams WHERE true "
                           "ON CONFLICT(id) DO UPDATE SET upstreams = excluded.upstreams;"
                           "DELETE FROM rollup_upstreams; DELETE FROM rollup_halves"));
    auto blocks = *connection.prepare("SELECT id, directory FROM rollup_blocks");
    auto part = *connection.prepare(
        "SELECT counts, t.bytes, r.bytes FROM rollup_parts p JOIN rollup_times t ON t.part = p.id "
        "JOIN rollup_rest r ON r.part = p.id WHERE p.id = ?1");
    auto set_counts = *connection.prepare("UPDATE rollup_parts SET counts = ?2 WHERE id = ?1");
    auto set_directory = *connection.prepare("UPDATE rollup_blocks SET directory = ?2 WHERE id = ?1");
    std::map<std::int64_t, std::vector<RollupPartRef>> directories;
    while (*blocks.step()) {
      const std::int64_t id = blocks.column_int(0);
      directories[id] = *decode_directory(id, blocks.column_blob(1));
    }
    for (auto& [id, parts] : directories) {
      for (RollupPartRef& ref : parts) {
        if (ref.is_split) {
          part.bind(1, ref.id);
          ASSERT_TRUE(*part.step());
          std::string counts;
          for (int column = 0; column < 3; ++column) {
            std::string_view bytes = part.column_blob(column);
            ASSERT_TRUE(unseal(bytes));
            counts.append(bytes);
          }
          part.reset();
          seal(counts);
          set_counts.bind(1, ref.id);
          set_counts.bind_blob(2, counts);
          ASSERT_TRUE(set_counts.run());
        }
        ref.is_split = ref.times_apart = ref.has_heads[1] = false;
      }
      put_as_they_came(connection, id, parts);
      const std::string directory = encode_directory(parts);
      set_directory.bind(1, id);
      set_directory.bind_blob(2, directory);
      ASSERT_TRUE(set_directory.run());
    }
    ASSERT_TRUE(connection.execute("DELETE FROM rollup_times; DELETE FROM rollup_rest"));
  }
};

TEST_F(RollupProperty, AnySplitAnyOrderAndAnyInterruptionGiveTheSameSums) {
  for (int round = 0; round < 20; ++round) {
    const std::uint32_t calls = samples_.below(200);
    for (std::uint32_t i = 0; i < calls; ++i) {
      add(sample(any_time()));
      if (samples_.below(40) != 0) continue;
      ASSERT_TRUE(commit());
    }
    ASSERT_TRUE(commit());
    for (std::uint32_t steps = samples_.below(60); steps > 0; --steps) {
      ASSERT_TRUE(keeper_->step(now_));
    }
    if (samples_.below(4) == 0) reopen();  // with a merge half done
    now_ += Seconds(samples_.below(3) == 0 ? samples_.below(90'000) : samples_.below(90));
    ask(4);
    if (HasFailure()) return;
  }
  settle();
  ask(100);
  reopen();
  ask(20);
}

TEST_F(RollupProperty, WhatWasStoredBeforeColumnsAndTimesWereApartAndPartsByCutIsReadAndMergedAsItIs) {
  for (int i = 0; i < 4000; ++i) add(sample(any_time()));
  ASSERT_TRUE(commit());
  for (int tier = 0; tier < 4; ++tier) {
    now_ += Seconds(20'000);
    settle();
  }
  put_together();
  if (HasFatalFailure()) return;
  reopen();
  ask(20);
  for (int i = 0; i < 1000; ++i) add(sample(any_time()));
  ASSERT_TRUE(commit());
  for (int day = 0; day < 30; day += 3) {
    now_ += std::chrono::days(3);
    settle();
    ask(4);
    if (HasFailure()) return;
  }
}

TEST_F(RollupProperty, ASeriesAddsUpToItsRange) {
  for (int i = 0; i < 2000; ++i) add(sample(any_time()));
  ASSERT_TRUE(commit());
  now_ += Seconds(100'000);
  settle();
  for (const std::int64_t step : {60, 300, 3600, 86'400, 7 * 86'400, 30 * 86'400}) {
    for (const GroupBy group_by : kGroupings) {
      SeriesQuery query;
      query.range = {now_ - Seconds(std::min<std::int64_t>(step * 900, 90 * 86'400)), now_};
      query.step = Seconds(step);
      query.group_by = group_by;
      query.filter = any_filter();
      const auto timeline = queries_->timeline(query);
      ASSERT_TRUE(timeline) << timeline.error().detail;
      ASSERT_FALSE(timeline->starts.empty());
      for (std::size_t point = 0; point < timeline->starts.size(); ++point) {
        const UtcTime start = timeline->starts[point];
        if (samples_.below(20) != 0) continue;
        const auto expected = model({start, start + timeline->step}, query.filter, group_by);
        for (const UsageSeries& series : timeline->series) {
          const auto found = expected.find(series.id);
          ASSERT_EQ(told(series.points.at(point)),
                    told(found == expected.end() ? UsageTotals() : found->second));
        }
      }
    }
  }
}

TEST_F(RollupProperty, ManyLateCallsOfOnePeriodStayFewBlocks) {
  for (int i = 0; i < 150; ++i) {
    add(sample(kNoon - std::chrono::hours(30) + Seconds(samples_.below(60))));
    ASSERT_TRUE(commit());
    now_ += Seconds(31);
    settle();
  }
  expect_same({kNoon - std::chrono::hours(48), now_}, {}, GroupBy::kEndpoint);
  const auto sizes = store_->rollups().sizes();
  ASSERT_TRUE(sizes);
  for (const std::uint64_t blocks : sizes->blocks) EXPECT_LE(blocks, 40U);
}

}  // namespace
}  // namespace weir::test
