// What every backend's roll-up store must do.
#include <gmock/gmock.h>

#include "store/store_contract.h"

namespace weir::test {
namespace {

class RollupStoreContract : public StoreContract {
 protected:
  static constexpr RollupMinute kMinute = 29'000'000;

  /// A part of `cut` with rows of the keys from `first` on.
  static RollupPart part(RollupCut cut, std::uint32_t first, std::uint32_t rows) {
    RollupPartBuilder builder;
    std::string histogram;
    LogHistogram times;
    times.add(Micros(1000), 2);
    times.encode(histogram);
    for (std::uint32_t i = 0; i < rows; ++i) {
      RollupRow row;
      row.dims.key = first + i;
      row.dims.status = 200;
      row.measures.requests = 2;
      row.measures.response_count = 2;
      row.measures.response_sum = 2000;
      row.measures.response_max = 1000;
      builder.add(row, {.response = histogram, .upstream = {}});
    }
    return builder.finish(cut);
  }

  void commit(RollupMinute minute, std::uint32_t key) {
    RollupDelta delta{.minute = minute, .parts = {}};
    delta.parts.push_back(part(RollupCut::kPairs, key, 1));
    ASSERT_TRUE(store().pipeline().commit({.rollups = std::span(&delta, 1), .now = kNow}));
  }

  std::vector<RollupBlock> blocks(RollupTier tier) {
    std::vector<RollupBlock> found;
    EXPECT_TRUE((*rollups().snapshot())->blocks(tier, 0, kRollupMinuteMax, {}, found));
    return found;
  }
  std::vector<RollupBlock> unfolded(RollupTier tier) {
    std::vector<RollupBlock> found;
    EXPECT_TRUE((*rollups().snapshot())->unfolded(tier, 0, kRollupMinuteMax, {}, 100, found));
    return found;
  }
  static std::vector<std::int64_t> ids(const std::vector<RollupBlock>& blocks) {
    std::vector<std::int64_t> found;
    for (const RollupBlock& block : blocks) found.push_back(block.id);
    return found;
  }
  void merge(RollupTier tier, RollupMinute period, const std::vector<std::int64_t>& sources,
             RollupSources fate) {
    ASSERT_TRUE(rollups().begin(tier, period, kNow));
    const RollupPart made = part(RollupCut::kPairs, 1, 3);
    ASSERT_TRUE(rollups().publish(std::span(&made, 1), sources, fate, false));
  }

  RollupStore& rollups() { return store().rollups(); }
};

INSTANTIATE_TEST_SUITE_P(Backends, RollupStoreContract, store_backends(), backend_name);

TEST_P(RollupStoreContract, ACommitsDeltasAreThereWithTheirParts) {
  commit(kMinute, 7);
  commit(kMinute + 1, 8);
  reopen();
  const auto found = blocks(RollupTier::kDelta);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].period, kMinute);
  EXPECT_FALSE(found[0].folded);
  EXPECT_EQ(found[0].rows, 1U);
  ASSERT_EQ(found[1].parts.size(), 1U);
  const RollupPartRef& ref = found[1].parts[0];
  EXPECT_EQ(ref.first, 8U);
  const auto snapshot = *rollups().snapshot();
  RollupPartReader reader;
  const std::string counts(*snapshot->counts(ref.id));
  ASSERT_TRUE(reader.open(ref.cut, ref.rows, counts));
  ASSERT_TRUE(reader.open_histograms(RollupTimes::kResponse, rollup_run_of(ref, 0),
                                     *snapshot->histograms(ref, 0, RollupTimes::kResponse)));
  std::vector<RollupRow> rows;
  ASSERT_TRUE(reader.decode(rows));
  EXPECT_EQ(rows.at(0).dims.key, 8U);
  EXPECT_EQ(rows.at(0).measures.requests, 2U);
  EXPECT_EQ(LogHistogram::decode(reader.histogram(RollupTimes::kResponse, 0))->count(), 2U);
}

TEST_P(RollupStoreContract, ABlockIsSeenWhenItIsPublishedAndItsSourcesAreFoldedThen) {
  commit(kMinute, 1);
  commit(kMinute, 2);
  const auto sources = ids(blocks(RollupTier::kDelta));
  ASSERT_TRUE(rollups().begin(RollupTier::kMinute, kMinute, kNow));
  const RollupPart first = part(RollupCut::kPairs, 1, 2);
  ASSERT_TRUE(rollups().add(std::span(&first, 1)));
  EXPECT_TRUE(blocks(RollupTier::kMinute).empty());
  EXPECT_EQ(unfolded(RollupTier::kDelta).size(), 2U);
  const RollupPart second = part(RollupCut::kKeys, 1, 2);
  ASSERT_TRUE(rollups().publish(std::span(&second, 1), sources, RollupSources::kFold, false));
  const auto made = blocks(RollupTier::kMinute);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].rows, 2U);  // of the pairs
  ASSERT_EQ(made[0].parts.size(), 2U);
  EXPECT_EQ(made[0].parts[0].cut, RollupCut::kKeys);  // those of which there are fewer come first
  EXPECT_EQ(made[0].parts[1].cut, RollupCut::kPairs);
  EXPECT_TRUE(unfolded(RollupTier::kDelta).empty());
  EXPECT_TRUE(blocks(RollupTier::kDelta).at(0).folded);
}

TEST_P(RollupStoreContract, PartsAreReadInAnyOrder) {
  ASSERT_TRUE(rollups().begin(RollupTier::kHour, 600, kNow));
  std::vector<RollupPart> made;
  for (std::uint32_t i = 0; i < 40; ++i) made.push_back(part(RollupCut::kPairs, 100 * i, 1 + i));
  ASSERT_TRUE(rollups().publish(made, {}, RollupSources::kFold, false));
  const std::vector<RollupPartRef> parts = blocks(RollupTier::kHour).at(0).parts;
  ASSERT_EQ(parts.size(), made.size());
  const auto snapshot = *rollups().snapshot();
  for (const std::size_t place : {0U, 1U, 2U, 5U, 5U, 30U, 31U, 7U, 39U, 38U, 0U}) {
    EXPECT_EQ(*snapshot->counts(parts.at(place).id), made.at(place).counts);
    EXPECT_EQ(*snapshot->histograms(parts.at(place), 0, RollupTimes::kResponse),
              made.at(place).runs.at(0).responses);
    EXPECT_TRUE(snapshot->histograms(parts.at(place), 0, RollupTimes::kUpstream)->empty());
    EXPECT_TRUE(snapshot->histograms(parts.at(place), 1, RollupTimes::kResponse)->empty());
    EXPECT_EQ(snapshot->counts(parts.back().id + 1).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(snapshot->heads(parts.at(place).id, RollupHeads::kTenth).error().code, ErrorCode::kNotFound);
  }
}

TEST_P(RollupStoreContract, ColumnsOfALargePartAreReadApartAndGoWithIt) {
  RollupPartBuilder builder;
  for (std::uint32_t i = 0; i < 512; ++i) {
    RollupRow row;
    row.dims.key = i;
    row.measures.requests = row.measures.response_count = 1;
    row.measures.response_sum = row.measures.response_max = 1000 + i * i;
    row.measures.bytes_out = 1'000'000 - i * i;
    builder.add(row, {});
  }
  const RollupPart made = builder.finish(RollupCut::kKeys);
  ASSERT_TRUE(made.is_split());
  ASSERT_TRUE(rollups().begin(RollupTier::kHour, 600, kNow));
  ASSERT_TRUE(rollups().publish(std::span(&made, 1), {}, RollupSources::kFold, false));
  reopen();
  const RollupBlock block = blocks(RollupTier::kHour).at(0);
  const RollupPartRef& ref = block.parts.at(0);
  EXPECT_TRUE(ref.is_split);
  {
    const auto snapshot = *rollups().snapshot();
    EXPECT_EQ(*snapshot->columns(ref.id, RollupColumns::kRest), made.rest);
    EXPECT_EQ(*snapshot->columns(ref.id, RollupColumns::kTimes), made.times);
    EXPECT_EQ(*snapshot->counts(ref.id), made.counts);
  }
  ASSERT_TRUE(rollups().begin(RollupTier::kDay, 0, kNow));
  ASSERT_TRUE(rollups().publish({}, {&block.id, 1}, RollupSources::kRemove, false));
  EXPECT_TRUE(*rollups().sweep(1 << 20));
  const auto snapshot = *rollups().snapshot();
  for (const RollupColumns columns : {RollupColumns::kCounts, RollupColumns::kTimes, RollupColumns::kRest}) {
    EXPECT_EQ(snapshot->columns(ref.id, columns).error().code, ErrorCode::kNotFound);
  }
}

TEST_P(RollupStoreContract, BlocksAreReadWithThePartsOfTheFirstCutTheyHave) {
  ASSERT_TRUE(rollups().begin(RollupTier::kHour, 600, kNow));
  const std::vector<RollupPart> made = {part(RollupCut::kPairs, 2, 3), part(RollupCut::kKeys, 1, 2),
                                        part(RollupCut::kKeys, 5, 2), part(RollupCut::kPairs, 4, 1)};
  ASSERT_TRUE(rollups().publish(made, {}, RollupSources::kFold, false));
  const auto snapshot = *rollups().snapshot();
  const auto firsts = [&](std::vector<RollupCut> cuts) {
    std::vector<RollupBlock> found;
    EXPECT_TRUE(snapshot->blocks(RollupTier::kHour, 600, 601, cuts, found));
    EXPECT_EQ(found.size(), 1U);
    std::vector<std::uint32_t> keys;
    for (const RollupPartRef& ref : found.at(0).parts) keys.push_back(ref.first);
    return keys;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(firsts({RollupCut::kUsers, RollupCut::kKeys, RollupCut::kPairs}), ElementsAre(1, 5));
  EXPECT_THAT(firsts({RollupCut::kPairs}), ElementsAre(2, 4));
  EXPECT_THAT(firsts({RollupCut::kUsers}), ElementsAre());
  EXPECT_THAT(firsts({}), ElementsAre(1, 5, 2, 4));
}

TEST_P(RollupStoreContract, ASnapshotKeepsWhatItSawWhileBlocksAreMergedAndRemoved) {
  commit(kMinute, 1);
  const auto before = *rollups().snapshot();
  std::vector<RollupBlock> seen;
  ASSERT_TRUE(before->blocks(RollupTier::kDelta, 0, kRollupMinuteMax, {}, seen));
  merge(RollupTier::kMinute, kMinute, ids(seen), RollupSources::kRemove);
  EXPECT_TRUE(*rollups().sweep(1 << 20));
  EXPECT_FALSE(*rollups().sweep(1 << 20));
  EXPECT_TRUE(before->counts(seen.at(0).parts.at(0).id));
  std::vector<RollupBlock> still;
  ASSERT_TRUE(before->blocks(RollupTier::kMinute, 0, kRollupMinuteMax, {}, still));
  EXPECT_TRUE(still.empty());
  EXPECT_TRUE(blocks(RollupTier::kDelta).empty());
  EXPECT_EQ((*rollups().snapshot())->counts(seen.at(0).parts.at(0).id).error().code, ErrorCode::kNotFound);
}

TEST_P(RollupStoreContract, WhatARestartInterruptsIsNotSeenAndItsRoomIsFreed) {
  commit(kMinute, 1);
  ASSERT_TRUE(rollups().begin(RollupTier::kMinute, kMinute, kNow));
  const RollupPart made = part(RollupCut::kPairs, 1, 3);
  ASSERT_TRUE(rollups().add(std::span(&made, 1)));
  reopen();
  EXPECT_TRUE(blocks(RollupTier::kMinute).empty());
  EXPECT_EQ(unfolded(RollupTier::kDelta).size(), 1U);
  EXPECT_TRUE(*rollups().sweep(1 << 20));
  EXPECT_FALSE(*rollups().sweep(1 << 20));
}

TEST_P(RollupStoreContract, ForgetsFoldedBlocksBeforeAMinuteAndSaysFromWhenATierIsKept) {
  for (const RollupMinute minute : {kMinute, kMinute + 1, kMinute + 2}) {
    merge(RollupTier::kMinute, minute, {}, RollupSources::kFold);
  }
  merge(RollupTier::kHour, rollup_floor(RollupTier::kHour, kMinute), {blocks(RollupTier::kMinute).at(0).id},
        RollupSources::kFold);
  ASSERT_TRUE(rollups().forget(RollupTier::kMinute, kMinute + 2));
  EXPECT_EQ(blocks(RollupTier::kMinute).size(), 2U);                // the second is in no hour yet
  ASSERT_TRUE(rollups().forget(RollupTier::kMinute, kMinute + 1));  // never moves back
  const auto horizons = (*rollups().snapshot())->horizons();
  EXPECT_EQ(horizons->at(static_cast<std::size_t>(RollupTier::kMinute)), kMinute + 2);
  EXPECT_EQ(horizons->at(static_cast<std::size_t>(RollupTier::kHour)), 0);
}

TEST_P(RollupStoreContract, NamesAPeriodWithManyBlocks) {
  for (int i = 0; i < 3; ++i) merge(RollupTier::kHour, 600, {}, RollupSources::kFold);
  merge(RollupTier::kHour, 660, {}, RollupSources::kFold);
  EXPECT_TRUE((*rollups().snapshot())->crowded(3)->empty());
  EXPECT_EQ((*rollups().snapshot())->crowded(2)->size(), 3U);
  const auto sizes = rollups().sizes();
  ASSERT_TRUE(sizes);
  EXPECT_EQ(sizes->blocks.at(static_cast<std::size_t>(RollupTier::kHour)), 4U);
  EXPECT_EQ(sizes->rows.at(static_cast<std::size_t>(RollupTier::kHour)), 12U);
  EXPECT_GT(sizes->bytes, 0U);
}

}  // namespace
}  // namespace weir::test
