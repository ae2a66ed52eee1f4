#include "alerts/packed_latency.h"

#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr std::array kStatistics = {LatencyStatistic::kP50, LatencyStatistic::kP90, LatencyStatistic::kP95,
                                    LatencyStatistic::kP99, LatencyStatistic::kMax, LatencyStatistic::kMean};

void expect_same(PackedLatency packed, const LatencySketch& sketch) {
  LatencySum a;
  LatencySum b;
  add_to(a, packed);
  b.add(sketch);
  ASSERT_EQ(packed[0], sketch.level());
  ASSERT_EQ(a.count(), b.count());
  for (const LatencyStatistic statistic : kStatistics)
    ASSERT_EQ(a.statistic(statistic), b.statistic(statistic));
  ASSERT_EQ(latency_of(slowest_of(packed)), b.statistic(LatencyStatistic::kMax));
}

TEST(PackedLatency, IsWhatTheSketchesMergedAre) {
  std::mt19937_64 random(5);
  for (const unsigned spread : {1U, 20U, 60U, 200U, 545U}) {
    LatencySketch whole;
    std::vector<std::uint8_t> kept;
    for (int part = 0; part < 40; ++part) {
      LatencySketch sketch;
      const auto calls = 1 + random() % (part % 7 == 0 ? 300 : 5);
      for (std::uint64_t i = 0; i < calls; ++i)
        sketch.add(static_cast<std::uint16_t>((spread == 545 ? 0 : 200) + random() % (spread + 1)));
      whole.merge(sketch);
      PackedLatencyRoom room;
      PackedLatencyRoom sum_room;
      const PackedLatency sum = merged(kept, packed(sketch, room), sum_room);
      kept.assign(sum.begin(), sum.end());
      expect_same(kept, whole);
    }
  }
}

TEST(PackedLatency, OfManyCallsAlikeStaysAtTheLargestCount) {
  LatencySketch many;
  many.add(300, LatencySketch::kCountMax - 1);
  PackedLatencyRoom room;
  PackedLatencyRoom sum_room;
  const PackedLatency once = packed(many, room);
  LatencySum sum;
  add_to(sum, merged(once, once, sum_room));
  EXPECT_EQ(sum.count(), LatencySketch::kCountMax);
}

TEST(PackedLatency, OfSingleCallsIsAByteOrTwoEach) {
  LatencySketch sketch;
  for (std::uint16_t i = 0; i < 20; ++i) sketch.add(static_cast<std::uint16_t>(250 + i * 3));
  PackedLatencyRoom room;
  EXPECT_LE(packed(sketch, room).size(), 1 + 2 + 20U);
}

}  // namespace
}  // namespace weir
