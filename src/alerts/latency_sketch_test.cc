#include "alerts/latency_sketch.h"

#include <random>

#include <gtest/gtest.h>

namespace weir {
namespace {

std::string bytes_of(const LatencySketch& sketch) {
  std::string bytes(LatencySketch::kEncodedMax, '\0');
  auto* begin = reinterpret_cast<std::uint8_t*>(bytes.data());
  bytes.resize(static_cast<std::size_t>(sketch.write(begin) - begin));
  return bytes;
}

double percentile_of(std::vector<std::int64_t> micros, double fraction) {
  std::sort(micros.begin(), micros.end());
  const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(micros.size())));
  return static_cast<double>(micros[rank - 1]) / 1e6;
}

TEST(LatencySketch, TellsOneMicrosecondAboveTheDefaultThresholdsFromTheThresholds) {
  for (const std::int64_t second : {1, 2, 4}) {
    EXPECT_LE(latency_of(latency_bucket(Seconds(second))), static_cast<double>(second));
    EXPECT_GT(latency_of(latency_bucket(Seconds(second) + Micros(1))), static_cast<double>(second));
  }
}

TEST(LatencySketch, KnowsEveryValueWithinItsPrecision) {
  for (std::int64_t micros = 1000; micros < 120'000'000; micros += micros / 97 + 1) {
    const double value = static_cast<double>(micros) / 1e6;
    EXPECT_NEAR(latency_of(latency_bucket(Micros(micros))) / value, 1.0, 0.0111) << micros;
  }
}

TEST(LatencySketch, KeepsTheBoundOfASecondHoweverCoarseItBecomes) {
  LatencySketch sketch;
  std::mt19937_64 random(7);
  std::uint32_t above = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto micros =
        static_cast<std::int64_t>(std::exp2(10.0 + static_cast<double>(random() % 1600) / 100));
    above += micros > 1'000'000 ? 1 : 0;
    sketch.add(latency_bucket(Micros(micros)));
  }
  LatencySum sum;
  sum.add(sketch);
  EXPECT_EQ(sum.count(), 5000U);
  ASSERT_GT(above, 500U);
  // The share above a second lies between the percentiles just beside it.
  LatencySketch of_above;
  for (std::uint32_t i = 0; i < 4; ++i) of_above.add(latency_bucket(Micros(1'000'001)));
  sketch.merge(of_above);
  sum.clear();
  sum.add(sketch);
  EXPECT_EQ(sum.count(), 5004U);
  std::size_t groups = 0;
  sketch.each([&groups](std::uint32_t, std::uint32_t) { ++groups; });
  EXPECT_LE(groups, LatencySketch::kEntriesMax);
}

TEST(LatencySketch, AnswersPercentilesByNearestRank) {
  std::mt19937_64 random(3);
  for (const std::size_t count : {1U, 2U, 19U, 20U, 100U, 4000U}) {
    std::vector<std::int64_t> values;
    LatencySum sum;
    LatencySketch sketch;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(400'000 + static_cast<std::int64_t>(random() % 300'000));
      sketch.add(latency_bucket(Micros(values.back())));
    }
    sum.add(sketch);
    EXPECT_NEAR(sum.statistic(LatencyStatistic::kP95) / percentile_of(values, 0.95), 1.0, 0.03) << count;
    EXPECT_NEAR(sum.statistic(LatencyStatistic::kMax) / percentile_of(values, 1.0), 1.0, 0.03) << count;
    EXPECT_NEAR(sum.statistic(LatencyStatistic::kP50) / percentile_of(values, 0.5), 1.0, 0.03) << count;
  }
}

TEST(LatencySketch, ReadsBackItsBytesAndRefusesOthers) {
  LatencySketch sketch;
  for (int i = 1; i < 200; ++i) sketch.add(latency_bucket(Millis(i * 7)), 3);
  const std::string bytes = bytes_of(sketch);
  std::string_view rest = bytes;
  LatencySketch read;
  ASSERT_TRUE(LatencySketch::take(rest, read));
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(bytes_of(read), bytes);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    std::string_view part = std::string_view(bytes).substr(0, cut);
    EXPECT_FALSE(LatencySketch::take(part, read)) << cut;
  }
}

}  // namespace
}  // namespace weir
