#include "store/call_block.h"

#include <gtest/gtest.h>

#include "store/call_block_scan.h"
#include "store/call_samples.h"

namespace weir {
namespace {

/// A block in memory, as a reader finds it on disk.
class BlockInMemory final : public CallColumnSource {
 public:
  explicit BlockInMemory(const CallColumns& columns) : columns_(columns) {}
  Result<std::string_view> column(CallColumn column) override {
    ++reads;
    return open_column(columns_[static_cast<std::size_t>(column)]);
  }
  CallColumns columns_;
  int reads = 0;
};

constexpr std::uint64_t kFirstId = 1000;

struct Encoded {
  CallZone zone;
  CallColumns columns;
};

Encoded encode(test::SampleCalls& samples, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    samples.make(test::kNoon + Millis(static_cast<int>(i)) - Micros(samples.below(50'000)));
  }
  std::vector<CallInput> calls;
  for (const auto& call : samples.all()) calls.push_back({&call.record, call.refused_window, call.endpoint});
  Encoded block;
  block.zone = CallBlockEncoder().encode(calls, block.columns);
  return block;
}

/// Newest first, by looking at every call.
std::vector<CallRow> expected(const test::SampleCalls& samples, const CallFilter& filter) {
  std::vector<CallRow> rows;
  for (std::size_t i = samples.all().size(); i-- > 0 && rows.size() < filter.limit;) {
    CallRow row = test::row_of(samples.all()[i], kFirstId + i);
    if (test::passes(row, filter)) rows.push_back(std::move(row));
  }
  return rows;
}

void expect_same(const std::vector<CallRow>& found, const std::vector<CallRow>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_TRUE(test::tied(found[i]) == test::tied(wanted[i])) << i;
}

TEST(CallBlock, GivesBackEveryCallNewestFirst) {
  for (const std::size_t count : {1U, 2U, 300U, 4096U}) {
    test::SampleCalls samples(count, count % 2 == 0);
    const Encoded block = encode(samples, count);
    BlockInMemory source(block.columns);
    CallFilter filter;
    filter.limit = count;
    std::vector<CallRow> rows;
    ASSERT_TRUE(CallBlockScanner(filter).scan(kFirstId, count, source, rows));
    expect_same(rows, expected(samples, filter));
  }
}

TEST(CallBlock, FindsWhatAPlainLookAtEveryCallFinds) {
  for (const bool with_endpoints : {false, true}) {
    test::SampleCalls samples(7, with_endpoints);
    const Encoded block = encode(samples, 2000);
    BlockInMemory source(block.columns);
    for (int round = 0; round < 500; ++round) {
      CallFilter filter = samples.make_filter();
      filter.limit = 1 + samples.below(200);
      if (samples.below(3) == 0) filter.before_id = kFirstId + samples.below(2100);
      std::vector<CallRow> rows;
      ASSERT_TRUE(CallBlockScanner(filter).scan(kFirstId, 2000, source, rows));
      expect_same(rows, expected(samples, filter));
    }
  }
}

TEST(CallBlock, LeavesOutEndpointsThatAreTheirPaths) {
  test::SampleCalls samples(13);
  const auto column = static_cast<std::size_t>(CallColumn::kEndpoint);
  EXPECT_TRUE(encode(samples, 100).columns[column].empty());
  test::SampleCalls named(13, true);
  EXPECT_FALSE(encode(named, 100).columns[column].empty());
}

TEST(CallBlock, KnowsItsBounds) {
  test::SampleCalls samples(8);
  const Encoded block = encode(samples, 500);
  EXPECT_EQ(block.zone.rows, 500U);
  for (const auto& call : samples.all()) {
    EXPECT_LE(block.zone.min_at, call.record.at);
    EXPECT_GE(block.zone.max_at, call.record.at);
    EXPECT_LE(block.zone.min_key, call.record.key);
    EXPECT_GE(block.zone.max_key, call.record.key);
    EXPECT_LE(block.zone.min_status, call.record.status);
    EXPECT_GE(block.zone.max_status, call.record.status);
  }
}

TEST(CallBlock, ReadsOnlyTheColumnThatRulesEverythingOut) {
  test::SampleCalls samples(9);
  const Encoded block = encode(samples, 1000);
  BlockInMemory source(block.columns);
  CallFilter filter;
  filter.key = KeyId(999);
  filter.method = "GET";
  filter.status_min = 500;
  std::vector<CallRow> rows;
  ASSERT_TRUE(CallBlockScanner(filter).scan(kFirstId, 1000, source, rows));
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(source.reads, 1);
}

TEST(CallBlock, PackedColumnsComeBackAsTheyWere) {
  test::SampleCalls samples(10, true);
  const Encoded block = encode(samples, 50);
  const std::string packed = pack_columns(block.columns);
  const auto columns = unpack_columns(packed);
  ASSERT_TRUE(columns);
  for (std::size_t i = 0; i < kCallColumns; ++i) EXPECT_EQ((*columns)[i], block.columns[i]);
}

TEST(CallBlock, AChangedBitOfAnyColumnIsNoticed) {
  test::SampleCalls samples(11, true);
  const Encoded block = encode(samples, 300);
  for (std::size_t column = 0; column < kCallColumns; ++column) {
    if (block.columns[column].empty()) continue;
    std::string damaged = block.columns[column];
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x10);
    EXPECT_EQ(open_column(damaged).error().code, ErrorCode::kCorrupt);
    EXPECT_FALSE(open_column(std::string_view(block.columns[column]).substr(1)));
  }
}

TEST(CallBlock, SurvivesDamageThatTheChecksumsDoNotSee) {
  // Columns cut or changed before they were summed: every decoder meets bytes no encoder wrote.
  class Unchecked final : public CallColumnSource {
   public:
    Result<std::string_view> column(CallColumn column) override {
      return std::string_view(columns[static_cast<std::size_t>(column)]);
    }
    CallColumns columns;
  };
  test::SampleCalls samples(12, true);
  const Encoded block = encode(samples, 400);
  Unchecked source;
  for (int round = 0; round < 5000; ++round) {
    for (std::size_t i = 0; i < kCallColumns; ++i) {
      source.columns[i] = block.columns[i].substr(
          0, block.columns[i].size() - std::min<std::size_t>(4, block.columns[i].size()));
    }
    std::string& column = source.columns[samples.below(kCallColumns)];
    if (column.empty()) continue;
    if (samples.below(2) == 0)
      column.resize(samples.below(static_cast<std::uint32_t>(column.size())));
    else
      column[samples.below(static_cast<std::uint32_t>(column.size()))] =
          static_cast<char>(samples.below(256));
    CallFilter filter = samples.make_filter();
    filter.limit = 400;
    std::vector<CallRow> rows;
    const auto result = CallBlockScanner(filter).scan(kFirstId, 400, source, rows);
    EXPECT_TRUE(result || result.error().code == ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace weir
