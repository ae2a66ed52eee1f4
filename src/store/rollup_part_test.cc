#include "store/rollup_part.h"

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "base/varint.h"
#include "store/rollup_directory.h"
#include "store/rollup_tier.h"
#include "store/sealed_bytes.h"

namespace weir {
namespace {

class RollupPartTest : public ::testing::Test {
 protected:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  void make(std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) {
      RollupRow row;
      row.dims = {.key = static_cast<std::uint32_t>(i / 3),
                  .endpoint = static_cast<std::uint32_t>(below(50)),
                  .method = static_cast<std::uint8_t>(below(10)),
                  .status = static_cast<std::uint16_t>(200 + below(400)),
                  .outcome = static_cast<std::uint8_t>(below(19))};
      LogHistogram times;
      RollupMeasures& measures = row.measures;
      measures.requests = 1 + below(3) * below(busy_);
      for (std::uint64_t call = 0; call < measures.requests; ++call) {
        if (below(4) == 0) continue;  // nobody measured it
        const std::uint64_t time = below(1'000'000);
        ++measures.response_count;
        times.add(Micros(static_cast<std::int64_t>(time)));
        measures.response_sum += time;
        measures.response_max = std::max(measures.response_max, time);
      }
      measures.bytes_out = below(1ULL << below(63));
      measures.upstream_count = below(2);
      measures.upstream_sum = measures.upstream_max = measures.upstream_count * below(1000);
      derive_measures(row.dims, measures);
      std::string encoded;
      times.encode(encoded);
      builder_.add(row, {.response = encoded, .upstream = {}});
      rows_.push_back(row);
      times_.push_back(std::move(times));
    }
  }

  static Result<void> open_run_of(const RollupPart& part, std::size_t row, RollupPartReader& reader) {
    const RollupRunRef run = rollup_run_of(rollup_part_ref(1, 0, part), row);
    const std::string_view bytes = part.runs.empty() ? std::string_view() : part.runs.at(run.index).responses;
    return reader.open_histograms(RollupTimes::kResponse, run, bytes);
  }

  static Result<void> open(const RollupPart& part, RollupPartReader& reader) {
    WEIR_TRY(reader.open(part.cut, part.rows, part.counts, part.is_split()));
    if (!part.is_split()) return {};
    WEIR_TRY(reader.open_columns(RollupColumns::kTimes, part.times));
    return reader.open_columns(RollupColumns::kRest, part.rest);
  }

  std::mt19937_64 random_{7};
  RollupPartBuilder builder_;
  std::uint64_t busy_ = 20;
  std::vector<RollupRow> rows_;
  std::vector<LogHistogram> times_;
};

TEST_F(RollupPartTest, GivesBackItsRowsAndHistograms) {
  for (const std::size_t size : {1U, 2U, 127U, 128U, 129U, 1024U}) {
    rows_.clear();
    times_.clear();
    make(size);
    const RollupPart part = builder_.finish(RollupCut::kPairs);
    EXPECT_EQ(part.first, 0U);
    EXPECT_EQ(part.last, (size - 1) / 3);
    RollupPartReader reader;
    ASSERT_TRUE(open(part, reader));
    EXPECT_FALSE(part.is_split());
    std::vector<RollupRow> found;
    ASSERT_TRUE(reader.decode(found));
    ASSERT_EQ(found.size(), rows_.size());
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_EQ(found[i].dims, rows_[i].dims);
      ASSERT_EQ(found[i].measures, rows_[i].measures);
      ASSERT_TRUE(open_run_of(part, i, reader));
      LogHistogram times;
      ASSERT_TRUE(merge_rollup_durations(found[i].measures.response_count, found[i].measures.response_sum,
                                         reader.histogram(RollupTimes::kResponse, i), times));
      ASSERT_EQ(times, times_[i]);
      ASSERT_EQ(*reader.value(RollupColumn::kEndpoint, i), rows_[i].dims.endpoint);
    }
  }
}

TEST_F(RollupPartTest, AnyFlippedBitIsNoticed) {
  make(40);
  const RollupPart part = builder_.finish(RollupCut::kPairs);
  RollupPartReader reader;
  for (int round = 0; round < 500; ++round) {
    std::string counts = part.counts;
    std::string histograms = part.runs.at(0).responses;
    std::string& hit = round % 2 == 0 ? counts : histograms;
    hit[below(hit.size())] ^= static_cast<char>(1U << below(8));
    const bool sound = reader.open(part.cut, part.rows, counts) &&
                       reader.open_histograms(RollupTimes::kResponse,
                                              {.index = 0, .first = 0, .rows = part.run_rows}, histograms);
    EXPECT_FALSE(sound);
  }
}

TEST_F(RollupPartTest, ColumnsOfALargePartAreReadGroupByGroup) {
  make(400);
  const RollupPart part = builder_.finish(RollupCut::kKeyDetail);
  ASSERT_TRUE(part.is_split());
  EXPECT_LT(part.counts.size(), part.times.size() + part.rest.size());
  RollupPartReader reader;
  ASSERT_TRUE(open(part, reader));
  std::vector<RollupRow> all;
  ASSERT_TRUE(reader.decode(all));
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i].measures, rows_[i].measures);
  ASSERT_TRUE(reader.open(part.cut, part.rows, part.counts, true));
  EXPECT_EQ((*reader.column(RollupColumn::kRequests))[399], rows_[399].measures.requests);
  EXPECT_FALSE(reader.column(RollupColumn::kResponseSum));
  ASSERT_TRUE(reader.open_columns(RollupColumns::kTimes, part.times));
  EXPECT_EQ(*reader.value(RollupColumn::kResponseSum, 7), rows_[7].measures.response_sum);
  EXPECT_FALSE(reader.decode(all));
  std::string damaged = part.rest;
  damaged[below(damaged.size())] ^= 4;
  EXPECT_FALSE(reader.open_columns(RollupColumns::kRest, damaged));
}

TEST_F(RollupPartTest, ManyHistogramsAreKeptInRunsOfBoundedSize) {
  busy_ = 400;
  make(512);
  const RollupPart part = builder_.finish(RollupCut::kKeys);
  ASSERT_GT(part.runs.size(), 2U);
  ASSERT_LE(part.runs.size(), kRollupRunsMax);
  EXPECT_EQ(part.runs.size(), (part.rows + part.run_rows - 1) / part.run_rows);
  for (const RollupRun& run : part.runs) EXPECT_LT(run.responses.size(), 3 * kRollupRunBytes / 2);
}

TEST_F(RollupPartTest, HeadsHaveTheBucketsTheyReachDownTo) {
  busy_ = 400;
  make(512);
  const RollupPart part = builder_.finish(RollupCut::kKeys);
  std::size_t in_runs = 0;
  for (const RollupRun& run : part.runs) in_runs += run.responses.size();
  EXPECT_LT(part.heads[0].size(), in_runs / 3);
  EXPECT_LT(part.heads[1].size(), in_runs);
  LogHistogram all;
  for (const LogHistogram& times : times_) all.merge(times);
  RollupPartReader reader;
  ASSERT_TRUE(open(part, reader));
  for (const auto& [heads, within, beyond] :
       {std::tuple(part.heads[0], 0.1, 0.5), {part.heads[1], 0.5, 0.9}}) {
    ASSERT_FALSE(heads.empty());
    EXPECT_FALSE(*reader.open_heads(all.top_bucket(beyond), heads));
    EXPECT_FALSE(reader.has_histogram(RollupTimes::kResponse, 0));
    const std::size_t lowest = all.top_bucket(within);
    ASSERT_TRUE(*reader.open_heads(lowest, heads));
    for (std::size_t i = 0; i < times_.size(); ++i) {
      if (rows_[i].measures.response_count <= 1) continue;
      std::string whole;
      times_[i].encode(whole);
      LogHistogram expected;
      ASSERT_TRUE(expected.merge(whole, lowest));
      LogHistogram found;
      ASSERT_TRUE(found.merge(reader.histogram(RollupTimes::kResponse, i), lowest));
      ASSERT_EQ(found, expected);
    }
    std::string damaged = heads;
    damaged[below(damaged.size())] ^= 4;
    EXPECT_FALSE(reader.open_heads(lowest, damaged));
  }
}

TEST_F(RollupPartTest, ADirectoryOfTheFirstLayoutIsRead) {
  // Two parts of pairs, rows 512 and 3, keys 1 to 9 and 9 to 12, as version 1 of the columns wrote them.
  std::string directory;
  put_varint(directory, 2);
  for (const std::vector<std::uint64_t>& field :
       {std::vector<std::uint64_t>{4, 4}, {512, 3}, {1, 9}, {9, 12}}) {
    std::string column;
    encode_ints(field, IntOrder::kAny, column);
    put_varint(directory, column.size());
    directory += column;
  }
  seal(directory);
  const auto found = decode_directory(9, directory);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(1).last, 12U);
  EXPECT_FALSE(found->at(1).has_heads[0]);
  const RollupRunRef run = rollup_run_of(found->at(0), 300);
  EXPECT_EQ(run.index, 0U);
  EXPECT_EQ(run.rows, 512U);
}

TEST_F(RollupPartTest, ADirectoryMadeBeforeColumnsWereApartIsRead) {
  // Two parts of keys with runs of 40 rows, the first with heads.
  std::string directory;
  put_varint(directory, 2);
  for (const std::vector<std::uint64_t>& field :
       {std::vector<std::uint64_t>{1, 1}, {512, 300}, {1, 513}, {512, 812}, {81, 80}}) {
    std::string column;
    encode_ints(field, IntOrder::kAny, column);
    put_varint(directory, column.size());
    directory += column;
  }
  seal(directory);
  const std::vector<RollupCut> cuts = {RollupCut::kUsers, RollupCut::kKeys};
  const auto found = decode_directory(9, directory, cuts);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(1).first, 513U);
  EXPECT_EQ(found->at(0).run_rows, 40U);
  EXPECT_TRUE(found->at(0).has_heads[0]);
  EXPECT_FALSE(found->at(0).has_heads[1]);
  EXPECT_FALSE(found->at(0).is_split);
  EXPECT_FALSE(found->at(1).is_split);
  EXPECT_FALSE(found->at(1).times_apart);
}

TEST_F(RollupPartTest, ADirectoryGivesBackItsParts) {
  make(700);
  const RollupPart part = builder_.finish(RollupCut::kKeyDetail);
  RollupPlaces places;
  const std::size_t first = places.next(RollupCut::kKeyDetail).value();
  const std::size_t second = places.next(RollupCut::kKeyDetail).value();
  const std::vector<RollupPartRef> parts = {rollup_part_ref(9, first, part),
                                            rollup_part_ref(9, second, part)};
  std::string directory = encode_directory(parts);
  const auto found = decode_directory(9, directory);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0).id, rollup_part_id(9, first));
  EXPECT_EQ(found->at(1).id, rollup_part_id(9, second));
  EXPECT_EQ(found->at(1).cut, RollupCut::kKeyDetail);
  EXPECT_EQ(found->at(1).rows, 700U);
  EXPECT_EQ(found->at(1).last, part.last);
  EXPECT_EQ(found->at(1).run_rows, part.run_rows);
  for (std::size_t depth = 0; depth < kRollupHeads; ++depth)
    EXPECT_EQ(found->at(1).has_heads[depth], !part.heads[depth].empty());
  EXPECT_TRUE(found->at(1).is_split);
  EXPECT_TRUE(found->at(1).times_apart);
  directory[directory.size() / 2] ^= 1;
  EXPECT_FALSE(decode_directory(9, directory));
}

TEST(RollupPlaces, AreNextToEachOtherWithinACutAndNeverThoseOfAnother) {
  RollupPlaces places;
  std::map<std::size_t, RollupCut> taken;
  std::array<std::size_t, kRollupCuts> last{};
  for (int round = 0; round < 1000; ++round) {
    for (std::size_t i = 0; i < kRollupCuts; ++i) {
      const auto cut = static_cast<RollupCut>(i);
      const auto place = places.next(cut);
      ASSERT_TRUE(place);
      ASSERT_LT(*place, kRollupPartsMax);
      ASSERT_TRUE(taken.emplace(*place, cut).second) << *place;
      if (round > 0) {
        ASSERT_EQ(*place, last[i] + 1);
      }
      last[i] = *place;
    }
  }
}

TEST(RollupPlaces, EndAndAllOfThemAreABlocks) {
  RollupPlaces places;
  std::vector<bool> taken(kRollupPartsMax);
  for (std::size_t i = 0; i < kRollupCuts; ++i) {
    while (const auto place = places.next(static_cast<RollupCut>(i))) {
      ASSERT_LT(*place, kRollupPartsMax);
      ASSERT_FALSE(taken[*place]);
      taken[*place] = true;
    }
  }
  EXPECT_TRUE(std::all_of(taken.begin(), taken.end(), [](bool is_taken) { return is_taken; }));
}

TEST(RollupTier, PeriodsLieWithinOneOfTheNextTier) {
  for (const RollupMinute minute : {RollupMinute{0}, RollupMinute{5759}, RollupMinute{5760},
                                    RollupMinute{29'000'123}, kRollupMinuteMax}) {
    for (int tier = 1; tier < 5; ++tier) {
      const auto finer = static_cast<RollupTier>(tier);
      const RollupMinute start = rollup_floor(finer, minute);
      const RollupMinute coarse = rollup_floor(rollup_coarser(finer), minute);
      EXPECT_LE(start, minute);
      EXPECT_LT(minute, start + rollup_minutes(finer));
      EXPECT_LE(coarse, start);
      EXPECT_LE(start + rollup_minutes(finer), coarse + rollup_minutes(rollup_coarser(finer)));
    }
  }
}

TEST(RollupTier, WeeksBeginOnMonday) {
  const UtcTime monday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
  EXPECT_EQ(rollup_floor(RollupTier::kWeek, rollup_minute_of(monday + std::chrono::hours(100))),
            rollup_minute_of(monday));
}

TEST(RollupTier, TimesOutsideOfWhatIsCountedAreTheNearestMinute) {
  EXPECT_EQ(rollup_minute_of(UtcTime(Seconds(-1))), 0);
  EXPECT_EQ(rollup_minute_of(UtcTime(std::chrono::days(100'000))), kRollupMinuteMax);
}

}  // namespace
}  // namespace weir
